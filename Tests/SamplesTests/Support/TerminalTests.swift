import SampleSupport
import Testing

@Suite struct KeyTests {
    private func keys(_ chunks: String...) -> [Key] {
        var decoder = KeyDecoder()
        return chunks.flatMap { decoder.keys(in: $0.utf8) }
    }

    @Test func arrows() {
        #expect(keys("\u{1B}[A\u{1B}[B", "\u{1B}OC", "\u{1B}[1;5D") == [.up, .down, .right, .left])
    }

    @Test func otherSequencesAreSwallowed() {
        #expect(keys("\u{1B}[3~x", "\u{1B}[15~y") == [.character("x"), .character("y")])
    }

    @Test func aloneItIsEscape() {
        #expect(keys("\u{1B}", "q") == [.escape, .character("q")])
    }

    @Test func textAndEditing() {
        #expect(
            keys("aé🎈\r\u{7F}\u{1}") == [
                .character("a"), .character("é"), .character("🎈"), .enter, .backspace,
            ])
    }

    @Test func aCharacterInTwoPieces() {
        var decoder = KeyDecoder()
        #expect(decoder.keys(in: [0xC3]) == [])
        #expect(decoder.keys(in: [0xA9]) == [.character("é")])
    }

    @Test func everyByteIsTaken() {
        var decoder = KeyDecoder()
        for first in UInt8.min...UInt8.max {
            for second in UInt8.min...UInt8.max { _ = decoder.keys(in: [0x1B, first, second]) }
        }
    }
}

@Suite struct HeldDirectionTests {
    @Test func aKeyHoldsForAMoment() {
        var held = HeldDirections()
        held.press(.up, at: .zero)
        #expect(held.direction(at: .milliseconds(100)) == (0, 1))
        #expect(held.direction(at: .milliseconds(151)) == (0, 0))
    }

    @Test func twoKeysAreADiagonal() {
        var held = HeldDirections()
        held.press(.character("d"), at: .zero)
        held.press(.character("s"), at: .milliseconds(50))
        #expect(held.direction(at: .milliseconds(60)) == (1, -1))
        held.press(.left, at: .milliseconds(70))
        #expect(held.direction(at: .milliseconds(80)) == (-1, -1))
    }
}

@Suite struct CanvasTests {
    @Test func textIsCutAtTheEdges() {
        var canvas = Canvas(TerminalSize(columns: 5, rows: 2))
        canvas.put("hello world", -2, 0)
        canvas.put("below", 0, 2)
        canvas.put("abcdef", 1, 1, width: 3)
        #expect(canvas.lines == ["llo w", " ab… "])
    }

    @Test func controlCharactersAreNeverSent() {
        var canvas = Canvas(TerminalSize(columns: 4, rows: 1))
        canvas.put("a\u{1B}\u{9B}b", 0, 0)
        #expect(canvas.rendered(.none) == "a  b")
    }

    @Test(arguments: ColorDepth.allCases) func aStyleIsNamedWhereItChanges(depth: ColorDepth) {
        var canvas = Canvas(TerminalSize(columns: 4, rows: 1))
        canvas.put("ab", 0, 0, Style(Color(0xFF0000)))
        let escapes = canvas.rendered(depth).filter { $0 == "\u{1B}" }.count
        #expect(escapes == (depth == .none ? 0 : 3))
    }

    @Test func noSizeIsTooSmall() {
        var canvas = Canvas(TerminalSize(columns: -1, rows: 0))
        canvas.put("x", 0, 0)
        #expect(canvas.rendered(.full) == "")
    }
}
