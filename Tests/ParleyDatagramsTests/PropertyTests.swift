import ParleyDatagrams
import ParleySockets
import TestSupport
import Testing

@Suite("Everything that is appended can be read back")
struct PropertyTests {
    @Test("random fields", arguments: 0..<200)
    func randomFields(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let fields = (0..<30).map { _ in Field.random(using: &random) }
        let datagram = try Datagram { for field in fields { try field.write(to: &$0) } }
        var reader = datagram.reader
        for field in fields { #expect(try field.read(from: &reader) == field, "seed \(seed)") }
        try reader.expectEnd()
    }

    @Test("random bytes read as random fields throw and never trap", arguments: 0..<200)
    func randomBytes(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var reader = Datagram(bytes: random.bytes(200)).reader
        for _ in 0..<100 {
            let before = reader.offset
            let field = Field.random(using: &random)
            if (try? field.read(from: &reader)) == nil {
                #expect(reader.offset == before, "seed \(seed)")
            }
        }
    }

    @Test("negative and huge counts are errors")
    func strangeCounts() {
        var reader = Datagram(bytes: [1, 2, 3]).reader
        for count in [-1, 4, .max, .min] {
            #expect(throws: DatagramError.self) { try reader.readBytes(count) }
            #expect(throws: DatagramError.self) { try reader.skip(count) }
            #expect(throws: DatagramError.self) { try reader.readFixed(byteCount: count) }
        }
        #expect(reader.offset == 0)
        reader = Datagram(bytes: [255, 255, 255, 255, 1]).reader
        #expect(throws: DatagramError.self) { try reader.readWide() }
        #expect(throws: DatagramError.self) { try reader.readString(length: .uint32) }
        #expect(reader.offset == 0)
    }

    @Test("an error says what was expected, what was found and where")
    func messages() {
        var reader = Datagram(bytes: [1, 2, 3]).reader
        _ = try? reader.read(UInt8.self)
        #expect(
            throws: DatagramError.endOfDatagram(
                expected: "UInt32", byteCount: 4, available: 2, offset: 1)
        ) { try reader.read(UInt32.self) }
        let error = DatagramError.endOfDatagram(
            expected: "UInt32", byteCount: 4, available: 2, offset: 1)
        #expect(
            "\(error)"
                == "expected UInt32 of 4 bytes at offset 1, but only 2 bytes are left")
    }
}
