import Parley

/// A line of text as a datagram: a string, and nothing after it.
enum Line {
    /// The largest datagram of a line, in bytes.
    static let maximumCount = 1024

    static func datagram(_ text: String) -> Datagram {
        var datagram = Datagram()
        let longest = Self.maximumCount - LengthPrefix.uint16.byteCount
        var text = text[...]
        while text.utf8.count > longest { text.removeLast() }
        // This cannot fail: the text is shorter than a 16-bit length can say.
        try? datagram.append(String(text))
        return datagram
    }

    /// The text of a datagram, without what would play tricks on a terminal; `nil` when it is none.
    static func text(of datagram: Datagram) -> String? {
        var reader = datagram.reader
        guard let text = try? reader.readString(), reader.isAtEnd else { return nil }
        return String(String.UnicodeScalarView(text.unicodeScalars.filter { $0.value >= 32 }))
    }
}
