import ParleyDatagrams
import TestSupport
import Testing

@Suite("Errors show little of a peer's own text, and no control characters")
struct ErrorTextTests {
    /// A text that is long, moves the cursor, reverses the line and breaks it.
    private static let nasty =
        "\u{1B}[2J\u{202E}\u{2028}\u{0}\n" + String(repeating: "long ", count: 12_000)

    private func expectHarmless(_ error: DatagramError?) throws {
        let text = try "\(#require(error))"
        #expect(text.utf8.count < 600)
        #expect(text.unicodeScalars.allSatisfy { $0.isPrintable }, "\(text)")
    }

    private let decoder = DatagramDecoder(limits: CodingLimits(keyLength: .max))
    private let encoder = DatagramEncoder(limits: CodingLimits(keyLength: .max))

    @Test("a key twice")
    func keyTwice() throws {
        var datagram = Datagram(bytes: [0x22])
        for _ in 0..<2 {
            datagram.append(varint: UInt64(Self.nasty.utf8.count) << 1)
            datagram.append(bytes: Self.nasty.utf8)
            datagram.append(0x80 as UInt8)
        }
        try expectHarmless(
            #expect(throws: DatagramError.self) {
                try decoder.decode([String: Int].self, from: datagram)
            })
    }

    @Test("a path through a peer's keys")
    func path() throws {
        let datagram = try encoder.encode([Self.nasty: [Self.nasty: ["text"]]])
        try expectHarmless(
            #expect(throws: DatagramError.self) {
                try decoder.decode([String: [String: [Int]]].self, from: datagram)
            })
    }

    @Test("a key that the type does not ask for")
    func unknownKey() throws {
        struct Empty: Decodable {}
        let datagram = try encoder.encode([Self.nasty: 1])
        try expectHarmless(
            #expect(throws: DatagramError.self) {
                try decoder.decode(Empty.self, from: datagram)
            })
    }

    @Test("a text that is no case of an enumeration")
    func unknownCase() throws {
        enum Kind: String, Codable { case one, other }
        let datagram = try encoder.encode(Self.nasty)
        try expectHarmless(
            #expect(throws: DatagramError.self) { try decoder.decode(Kind.self, from: datagram) })
    }

    @Test("errors that a type throws")
    func ownErrors() throws {
        try expectHarmless(
            .invalidValue(expected: "a colour", found: Self.nasty, offset: 3))
        try expectHarmless(.notRepresentable(value: Self.nasty, type: "UInt8"))
        try expectHarmless(.coding(path: Self.nasty, reason: Self.nasty))
    }

    @Test("an excerpt keeps what can be printed")
    func excerpts() {
        #expect("Ana 😀 ß e\u{301}".excerpt() == "Ana 😀 ß e\u{301}")
        #expect("a\u{7}b\u{202E}".excerpt() == "a\\u{7}b\\u{202E}")
        #expect("abcdef".excerpt(3) == "abc…")
        #expect("abc".excerpt(3) == "abc")
        #expect("".excerpt() == "")
        for scalar in ["\u{200D}", "\u{FE0F}", "\u{3164}", "\u{E000}", "\u{FFFF}", "\u{85}"] {
            #expect(!scalar.unicodeScalars.contains { $0.isPrintable }, "\(scalar.excerpt())")
        }
    }
}
