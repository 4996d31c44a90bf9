import ParleyDatagrams

/// Decides which characters of a peer's text may be displayed: in names, chat and logs.
///
/// ```swift
/// guard PrintableText.isPrintable(line) else { return }          // chat: refuse
/// print(PrintableText.escaped(line, maximumBytes: 200))          // logs: show what it is
/// ```
///
/// Unicode's properties decide (Unicode 15 or later, as the Swift runtime has them). A text is
/// printable if it has no controls, line or paragraph separators, format characters such as those
/// that reorder the text around them, characters that are ignored by default, private use,
/// noncharacters or unassigned code points. The joiners and the two variation selectors that
/// scripts and emoji are written with may stand where they join or select something visible.
public enum PrintableText {
    /// Whether every character of a text may be displayed. An empty text is printable.
    public static func isPrintable(_ text: String) -> Bool {
        var before = Role.blank
        for scalar in text.unicodeScalars {
            let role = Role(scalar)
            switch role {
            case .hidden: return false
            case .joiner, .selector:
                // It needs something visible before it; an emoji's joiner may follow a selector.
                guard before == .visible || (role == .joiner && before == .selector) else {
                    return false
                }
            case .blank, .visible:
                guard role == .visible || before != .joiner else { return false }
            }
            before = role
        }
        return before != .joiner
    }

    /// Whether a text has something to be seen: a character that is neither blank nor a mark on
    /// another one.
    public static func isVisible(_ text: String) -> Bool {
        text.unicodeScalars.contains { scalar in
            guard Role(scalar) == .visible else { return false }
            return switch scalar.properties.generalCategory {
            case .nonspacingMark, .enclosingMark: false
            default: true
            }
        }
    }

    /// A text in which every character that may not be displayed is written as `\u{…}`.
    ///
    /// - Parameters:
    ///   - text: A peer's text. The work is bounded by `maximumBytes`, not by its length.
    ///   - maximumBytes: The most bytes of UTF-8 of the result; a text that is cut ends with "…".
    public static func escaped(_ text: String, maximumBytes: Int) -> String {
        // A printable text that fits, which is the rule, costs no copy.
        if text.utf8.count <= maximumBytes, isPrintable(text) { return text }
        var result = ""
        var count = 0
        // The longest prefix after which "…" still fits.
        var whole = result.endIndex
        for scalar in text.unicodeScalars {
            let piece = shown(scalar)
            guard count + piece.utf8.count <= maximumBytes else {
                result = String(result[..<whole])
                return maximumBytes >= ellipsis.utf8.count ? result + ellipsis : result
            }
            result.unicodeScalars.append(contentsOf: piece.unicodeScalars)
            count += piece.utf8.count
            if count + ellipsis.utf8.count <= maximumBytes { whole = result.endIndex }
        }
        return result
    }

    /// The form of a text for comparisons: equal for texts that differ only in ignored characters or
    /// blanks.
    ///
    /// Similar letters of different scripts have different keys.
    static func key(_ text: String) -> String {
        var key = String.UnicodeScalarView()
        var isBlank = true
        for scalar in text.unicodeScalars {
            switch Role(scalar) {
            case .hidden, .joiner, .selector: continue
            case .blank:
                if !isBlank { key.append(" ") }
                isBlank = true
            case .visible:
                key.append(scalar)
                isBlank = false
            }
        }
        if isBlank, !key.isEmpty { key.removeLast() }
        return String(key)
    }

    private static let ellipsis = "…"

    /// Joiners and selectors are written out, too: what they stand at may have been cut or escaped.
    private static func shown(_ scalar: Unicode.Scalar) -> String {
        switch Role(scalar) {
        case .visible, .blank: String(scalar)
        case .hidden, .joiner, .selector: scalar.escaped
        }
    }

    /// The effect of a code point on the text around it.
    private enum Role {
        case visible
        /// It takes space and shows nothing.
        case blank
        /// It joins the characters on both sides: U+200C and U+200D.
        case joiner
        /// It chooses how the character before it looks: U+FE0E and U+FE0F.
        case selector
        /// It shows nothing, changes the text around it, or means nothing that is known.
        case hidden

        init(_ scalar: Unicode.Scalar) {
            // Most characters of most texts, without asking the tables.
            if (0x21...0x7E).contains(scalar.value) {
                self = .visible
                return
            }
            switch scalar.value {
            // Braille's blank pattern is a symbol to Unicode.
            case 0x20, 0x2800: self = .blank
            case 0x200C, 0x200D: self = .joiner
            case 0xFE0E, 0xFE0F: self = .selector
            default:
                let isBlank = scalar.properties.generalCategory == .spaceSeparator
                self = isBlank ? .blank : scalar.isPrintable ? .visible : .hidden
            }
        }
    }
}
