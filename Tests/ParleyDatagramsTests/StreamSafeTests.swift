import ParleyDatagrams
import Testing

@Suite("Texts that would take long to compare are refused")
struct StreamSafeTests {
    /// `count` combining marks of two kinds in turn, which normalizing must sort.
    private static func marks(_ count: Int) -> String {
        String(
            String.UnicodeScalarView(
                (0..<count).map { $0.isMultiple(of: 2) ? "\u{301}" : "\u{316}" }))
    }

    private func readers(_ text: String) throws -> [DatagramReader] {
        [
            try Datagram { try $0.append(text) }.reader,
            Datagram { $0.appendZeroTerminated(text) }.reader,
            Datagram { $0.appendFixed(text, byteCount: text.utf8.count + 5) }.reader,
            try Datagram { try $0.appendWide(text) }.reader,
            try DatagramEncoder().encode(text).reader,
        ]
    }

    /// Reads a text as the reader with that index contains it.
    private func read(_ index: Int, _ reader: inout DatagramReader) throws -> String {
        switch index {
        case 0: try reader.readString()
        case 1: try reader.readZeroTerminated()
        case 2: try reader.readFixed(byteCount: reader.remainingCount)
        case 3: try reader.readWide()
        default: try reader.read(coding: String.self)
        }
    }

    @Test(
        "a run of more than 30 combining marks",
        arguments: [marks(31), "a" + marks(16_000), "text " + marks(31) + " text"])
    func refused(text: String) throws {
        for (index, reader) in try readers(text).enumerated() {
            var reader = reader
            #expect(throws: DatagramError.self) { try read(index, &reader) }
            #expect(reader.offset == 0)
        }
    }

    @Test(
        "real texts, and runs of 30",
        arguments: [
            marks(30), String(repeating: "a" + marks(30), count: 20), "Ana 😀",
            String(repeating: "Привет, 你好, नमस्ते, สวัสดี, שָׁלוֹם ", count: 40),
        ])
    func accepted(text: String) throws {
        for (index, reader) in try readers(text).enumerated() {
            var reader = reader
            #expect(try read(index, &reader).utf8.elementsEqual(text.utf8))
            #expect(reader.isAtEnd)
        }
    }

    @Test("the bytes of a refused text can be read as a blob")
    func blob() throws {
        let text = Self.marks(31)
        var reader = try Datagram { try $0.append(text) }.reader
        #expect(try reader.readBlob().bytes == Array(text.utf8))
    }
}
