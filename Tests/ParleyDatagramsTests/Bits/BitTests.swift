import ParleyDatagrams
import ParleySockets
import TestSupport
import Testing

@Suite struct BitTests {
    @Test func lowestBitComesFirst() {
        var writer = BitWriter()
        writer.write(5, bits: 3)
        writer.write(true)
        writer.write(0x1FF, bits: 9)
        writer.write(-1, bits: 2)
        #expect(writer.bitCount == 15)
        #expect(writer.byteCount == 2)
        #expect(writer.finish() == Datagram(bytes: [0b1111_1101, 0b0111_1111]))
        #expect(writer.bitCount == 0)
    }

    @Test(arguments: 0..<200 as Range<UInt64>)
    func everythingComesBack(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let count = Int.random(in: 0...100, using: &generator)
        let fields: [(value: UInt64, bits: Int)] = (0..<count).map { _ in
            (
                UInt64.random(in: .min ... .max, using: &generator),
                Int.random(in: 0...64, using: &generator)
            )
        }
        let front = generator.bytes(Int.random(in: 0...3, using: &generator))
        let bitCount = fields.reduce(0) { $0 + $1.bits }
        var writer = BitWriter(appendingTo: Datagram(bytes: front))
        for (value, bits) in fields { writer.write(value, bits: bits) }
        #expect(writer.bitCount == front.count * 8 + bitCount)
        var reader = BitReader(writer.finish(), bitOffset: front.count * 8)
        for (value, bits) in fields {
            let kept = value & ~(~0 << UInt64(bits))
            #expect(try reader.read(bits: bits) == kept)
        }
        try reader.expectEnd()
    }

    @Test func signedNumbersAreReadBack() throws {
        var writer = BitWriter()
        let values: [(Int64, Int)] = [(-1, 1), (-4, 3), (3, 3), (.min, 64), (.max, 64), (-70, 8)]
        for (value, bits) in values { writer.write(value, bits: bits) }
        var reader = BitReader(writer.finish())
        for (value, bits) in values { #expect(try reader.readSigned(bits: bits) == value) }
    }

    @Test func alignmentWritesZeroBits() throws {
        var writer = BitWriter()
        writer.write(true)
        writer.alignToByte()
        writer.alignToByte()
        writer.write(7, bits: 8)
        var reader = BitReader(writer.finish())
        #expect(try reader.readFlag())
        reader.alignToByte()
        #expect(try reader.read(bits: 8) == 7)
    }

    @Test func tooFewBitsThrowAndDoNotMoveThePosition() throws {
        var reader = BitReader(Datagram(bytes: [0xFF, 0x0F]))
        #expect(try reader.read(bits: 5) == 31)
        #expect(throws: DatagramError.self) { try reader.read(bits: 12) }
        #expect(reader.bitOffset == 5)
        #expect(try reader.read(bits: 11) == 0b000_0111_1111)
        #expect(throws: DatagramError.self) { try reader.read(bits: 1) }
        #expect(try reader.read(bits: 0) == 0)
        #expect(try reader.read(bits: -3) == 0)
    }

    @Test func remainingBitsAreAnError() throws {
        #expect(throws: DatagramError.trailingBytes(count: 1, offset: 1)) {
            try BitReader(Datagram(bytes: [0, 0]), bitOffset: 1).expectEnd()
        }
        #expect(throws: DatagramError.self) {
            try BitReader(Datagram(bytes: [0b1000_0000]), bitOffset: 1).expectEnd()
        }
        try BitReader(Datagram(bytes: [1]), bitOffset: 1).expectEnd()
        try BitReader(Datagram(), bitOffset: 99).expectEnd()
    }

    /// A field of more than 64 bits, or of none, must not stop a server.
    @Test func widthsAreClamped() throws {
        var writer = BitWriter()
        writer.write(UInt64.max, bits: 70)
        writer.write(1, bits: 0)
        #expect(writer.bitCount == 64)
        var reader = BitReader(writer.finish())
        #expect(try reader.read(bits: 99) == .max)
    }
}
