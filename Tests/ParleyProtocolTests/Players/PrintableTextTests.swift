import ParleyProtocol
import Testing

/// Which texts of a peer are printable, and how the others are escaped in a log.
@Suite struct PrintableTextTests {
    @Test(arguments: [
        "", "Ann", "a b", "Zoë", "Zoe\u{308}", "名前", "नमस्ते", "می\u{200C}خواهم", "👩\u{200D}🚀",
        "❤\u{FE0F}\u{200D}🔥", "☺\u{FE0E}", "e\u{301}", "\u{A0}x", "🇩🇪", "👍🏽",
    ])
    func textsOfEveryScriptArePrintable(text: String) {
        #expect(PrintableText.isPrintable(text))
        #expect(PrintableText.escaped(text, maximumBytes: 100) == text)
    }

    @Test(arguments: [
        // Controls, separators, marks that reorder.
        "\n", "a\u{0}", "\u{1B}[2J", "\u{7F}", "a\u{9B}2J", "\u{2028}", "\u{2029}", "\u{202E}x",
        "\u{2066}x", "\u{200E}", "\u{200B}", "\u{FEFF}", "\u{AD}",
        // Ignored by default.
        "\u{3164}", "\u{115F}", "\u{1160}", "\u{FFA0}", "\u{34F}", "\u{180B}", "\u{E0041}",
        "\u{E0100}",
        // Private use, noncharacters, unassigned.
        "\u{E000}", "\u{F0000}", "\u{FFFE}", "\u{10FFFF}", "\u{378}",
        // Joiners and selectors that have nothing to join or select.
        "\u{200D}", "\u{200C}", "\u{FE0F}", "Ada\u{200D}", "Ada\u{200C}", "\u{200D}Ada",
        "a \u{FE0F}", "a\u{200D} b", "a\u{200D}\u{200D}b", "a\u{FE0F}\u{FE0F}",
    ])
    func invisibleCharactersAreNotPrintable(text: String) {
        #expect(!PrintableText.isPrintable(text))
        #expect(PrintableText.isPrintable(PrintableText.escaped(text, maximumBytes: 100)))
        #expect(PrintableText.escaped(text, maximumBytes: 100).contains("\\u{"))
    }

    @Test(arguments: ["", " ", "\u{A0}", "\u{2800}", "\u{3000}\u{2003}", "\u{301}"])
    func blanksAreNotVisible(text: String) {
        #expect(!PrintableText.isVisible(text))
    }

    @Test func escapesSayWhichCharacterItWas() {
        let text = "\u{1B}[31mred\u{202E}\n"
        #expect(
            PrintableText.escaped(text, maximumBytes: 100) == "\\u{1B}[31mred\\u{202E}\\u{A}")
    }

    @Test func aLongTextIsCutBetweenCharactersAndEndsInAnEllipsis() {
        #expect(PrintableText.escaped("abcdefgh", maximumBytes: 8) == "abcdefgh")
        #expect(PrintableText.escaped("abcdefghi", maximumBytes: 8) == "abcde…")
        #expect(PrintableText.escaped("éééé", maximumBytes: 6) == "é…")
        #expect(PrintableText.escaped("a\u{202E}", maximumBytes: 8) == "a…")
        #expect(PrintableText.escaped("abc", maximumBytes: 2) == "")
        #expect(PrintableText.escaped("a", maximumBytes: 0) == "")
    }

    /// The work is bounded by the result, not by what a peer sent.
    @Test func aLongTextIsCutWithoutBeingReadToItsEnd() {
        let text = String(repeating: "\u{1B}", count: 4_000_000)
        let escaped = PrintableText.escaped(text, maximumBytes: 1_000)
        #expect(escaped.utf8.count <= 1_000)
        #expect(escaped.hasSuffix("\\u{1B}…"))
    }
}
