/// Which names players may have.
package enum PlayerName {
    /// The most bytes a name has as UTF-8.
    package static let maximumBytes = 32

    /// Why a name is no name, nil when it is one.
    package static func complaint(about name: String) -> String? {
        let bytes = name.utf8.count
        guard bytes > 0 else { return "a name needs at least one character" }
        guard bytes <= maximumBytes else {
            return "a name has at most \(maximumBytes) bytes of UTF-8, this one has \(bytes)"
        }
        let scalars = name.unicodeScalars
        guard !scalars.contains(where: isUnprintable) else {
            return "a name has no control characters"
        }
        guard scalars.contains(where: { !$0.properties.isWhitespace }) else {
            return "a name is more than spaces"
        }
        return nil
    }

    /// The name itself, or with the lowest number behind it that makes it nobody else's.
    ///
    /// A long name loses its end to the number, never half a character.
    package static func unique(_ name: String, isTaken: (String) -> Bool) -> String {
        guard isTaken(name) else { return name }
        var number = 2
        while true {
            let suffix = " \(number)"
            var stem = name
            while stem.utf8.count + suffix.utf8.count > maximumBytes { stem.removeLast() }
            let candidate = stem + suffix
            if !isTaken(candidate) { return candidate }
            number += 1
        }
    }

    /// Controls, and the invisible characters that reorder or hide the text around them; not
    /// the two joiners, which scripts and emoji are written with.
    private static func isUnprintable(_ scalar: Unicode.Scalar) -> Bool {
        guard scalar.value != 0x200C, scalar.value != 0x200D else { return false }
        return switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate: true
        default: false
        }
    }
}
