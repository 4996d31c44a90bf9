extension Character {
    /// The columns of the character on a terminal: two for East Asian wide characters and emoji.
    ///
    /// The blocks are the wide ones of Unicode's EastAsianWidth.txt, in whole rows.
    var columns: Int {
        guard let first = unicodeScalars.first, first.value >= 0x1100 else { return 1 }
        return Self.wide.contains { $0.contains(first.value) } ? 2 : 1
    }

    private static let wide: [ClosedRange<UInt32>] = [
        0x1100...0x115F, 0x2E80...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F,
        0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x1F300...0x1F64F, 0x1F680...0x1F6FF, 0x1F900...0x1FAFF,
        0x20000...0x3FFFD,
    ]
}

extension Character {
    /// Whether a terminal would act on the character instead of showing it.
    var isControl: Bool {
        unicodeScalars.contains { $0.properties.generalCategory == .control }
    }
}

extension String {
    /// The columns of the text on a terminal.
    package var columns: Int { reduce(0) { $0 + $1.columns } }

    /// The text cut to `width` columns, with an ellipsis where it is cut.
    func fitting(_ width: Int) -> String {
        guard columns > width else { return self }
        var text = ""
        var rest = width - 1
        for character in self {
            rest -= character.columns
            guard rest >= 0 else { break }
            text.append(character)
        }
        return width > 0 ? text + "…" : ""
    }
}
