import Parley

/// A line of text as a datagram: a string, and nothing after it.
enum Line {
    /// The largest datagram of a line, in bytes.
    static let maximumCount = 1024

    /// A line with its text cut to fit. What would play tricks on a terminal is written as `\u{…}`.
    static func datagram(_ text: String) -> Datagram {
        var datagram = Datagram()
        let longest = Self.maximumCount - LengthPrefix.uint16.byteCount
        // This cannot fail: the text is shorter than a 16-bit length can say.
        try? datagram.append(PrintableText.escaped(text, maximumBytes: longest))
        return datagram
    }

    /// The text of a datagram; nil for bytes that are no text, or text that may not be shown.
    static func text(of datagram: Datagram) -> String? {
        var reader = datagram.reader
        guard let text = try? reader.readString(), reader.isAtEnd, PrintableText.isPrintable(text),
            PrintableText.isVisible(text)
        else { return nil }
        return text
    }
}
