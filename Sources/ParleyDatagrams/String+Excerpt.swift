extension String {
    /// The beginning of the text, as an error or a log can show it.
    ///
    /// A peer's own text may be long, and may contain characters that move a terminal's cursor,
    /// reverse the direction of the line or cannot be seen. Such characters are escaped: `\u{202E}`.
    ///
    /// - Parameter maximumCount: How many Unicode scalars the excerpt may have. An ellipsis takes
    ///   the place of the rest.
    /// - Returns: The beginning of the text.
    package func excerpt(_ maximumCount: Int = 40) -> String {
        var excerpt = ""
        var count = 0
        for scalar in unicodeScalars {
            let shown = scalar.isPrintable ? "\(scalar)" : scalar.escaped
            count += shown.unicodeScalars.count
            guard count <= maximumCount else { return excerpt + "…" }
            excerpt += shown
        }
        return excerpt
    }
}

extension Unicode.Scalar {
    /// Whether the scalar shows as itself in a line of text, or combines with the one before it.
    ///
    /// Controls, formatting characters, separators of lines and paragraphs, everything that
    /// Unicode says to leave out where it is not known, and code points without a meaning that all
    /// agree on are not printable.
    package var isPrintable: Bool {
        if properties.isDefaultIgnorableCodePoint { return false }
        return switch properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse,
            .unassigned:
            false
        default: true
        }
    }

    /// The scalar as Swift's source would spell it: `\u{202E}`.
    fileprivate var escaped: String {
        "\\u{\(String(value, radix: 16, uppercase: true))}"
    }
}
