/// The rules for players' names.
package enum PlayerName {
    /// The most bytes of a name as UTF-8.
    package static let maximumBytes = 32

    /// The reason why a name is refused; nil when it is allowed.
    package static func complaint(about name: String) -> String? {
        let bytes = name.utf8.count
        guard bytes > 0 else { return "a name needs at least one character" }
        guard bytes <= maximumBytes else {
            return "a name has at most \(maximumBytes) bytes of UTF-8, this one has \(bytes)"
        }
        guard PrintableText.isPrintable(name) else {
            return "a name has no control or invisible characters"
        }
        guard PrintableText.isVisible(name) else { return "a name is more than spaces" }
        return nil
    }

    /// A text that is equal for two names that differ in ignored characters and blanks only.
    package static func key(of name: String) -> String { PrintableText.key(name) }

    /// The name itself, or the name with a number behind it that is not taken, from 2 on.
    ///
    /// It is the lowest one while players of that name only come. Where some have left it may be a higher one:
    /// the search doubles the number until one is free, and then halves the distance to one that is taken. So
    /// a thousand players of one name cost twenty questions each, and not a thousand.
    ///
    /// A long name loses its end to the number, never half a character.
    ///
    /// - Parameters:
    ///   - name: An allowed name.
    ///   - isTaken: Whether the key of a name is another player's.
    package static func unique(_ name: String, isTaken: (_ key: String) -> Bool) -> String {
        guard isTaken(key(of: name)) else { return name }
        var (taken, free) = (1, 2)
        while isTaken(key(of: numbered(name, free))) {
            (taken, free) = (free, free < mostDoubled ? 2 * free : free + 1)
        }
        while free - taken > 1 {
            let middle = (taken + free) / 2
            if isTaken(key(of: numbered(name, middle))) { taken = middle } else { free = middle }
        }
        return numbered(name, free)
    }

    /// More than there are players. Who takes "bot 2", "bot 4", "bot 8" and so on leads the search here, and from
    /// here on needs a player for each further step.
    private static var mostDoubled: Int { 1 << 20 }

    private static func numbered(_ name: String, _ number: Int) -> String {
        let suffix = " \(number)"
        var stem = name
        // Without what is cut off, a joiner may be last.
        while stem.utf8.count + suffix.utf8.count > maximumBytes || !PrintableText.isPrintable(stem)
        {
            stem.removeLast()
        }
        return stem + suffix
    }
}
