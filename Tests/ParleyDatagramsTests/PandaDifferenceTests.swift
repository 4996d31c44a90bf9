import ParleyDatagrams
import TestSupport
import Testing

/// Faults of Panda3D 1.10.16 that Parley does not copy. `Documentation/Wire.md` lists them.
@Suite("Panda3D's faults are not copied")
struct PandaDifferenceTests {
    @Test("wide texts carry characters beyond the basic plane as surrogate pairs")
    func surrogatePairs() throws {
        let datagram = try Datagram { try $0.appendWide("😀x") }
        #expect(datagram.bytes == [UInt8](hex: "03000000 3dd8 00de 7800"))
        var reader = datagram.reader
        #expect(try reader.readWide() == "😀x")
        // Panda3D's bytes for the same text can be read as units.
        reader = try GoldenVector.named("add_wstring_emoji").datagram.reader
        #expect(try reader.readWideUnits() == [0xF600, 0x78])
    }

    @Test("a lone surrogate is an error, and its units can be read")
    func loneSurrogate() throws {
        let datagram = try Datagram { try $0.appendWide(units: [0xD83D, 0x78]) }
        var reader = datagram.reader
        #expect(throws: DatagramError.invalidUTF16(unitCount: 2, offset: 4)) {
            try reader.readWide()
        }
        #expect(reader.offset == 0)
        #expect(try reader.readWideUnits() == [0xD83D, 0x78])
    }

    @Test("the position does not move past the count of a text that is missing or not UTF-8")
    func positionAfterFailure() throws {
        var reader = Datagram(bytes: [9, 0, 97]).reader
        #expect(throws: DatagramError.self) { try reader.readString() }
        #expect(reader.offset == 0)
        reader = Datagram(bytes: [2, 0, 0xC3, 0x28]).reader
        #expect(throws: DatagramError.invalidUTF8(byteCount: 2, offset: 2)) {
            try reader.readString()
        }
        #expect(reader.offset == 0)
        #expect(try reader.readBlob().bytes == [0xC3, 0x28])
    }

    @Test("the reader keeps the bytes alive")
    func readerOutlivesDatagram() throws {
        func makeReader() -> DatagramReader { Datagram(bytes: [1, 2, 3]).reader }
        var reader = makeReader()
        #expect(try reader.readBytes(3).bytes == [1, 2, 3])
    }

    @Test("empty datagrams are equal, and equal datagrams have equal hashes")
    func equality() {
        #expect(Datagram() == Datagram(bytes: []))
        #expect(Datagram(bytes: [1, 2]).slice(1...) == Datagram(bytes: [2]))
        #expect(Set([Datagram(bytes: [1]), Datagram(bytes: [1])]).count == 1)
        #expect(Datagram(bytes: [1]) < Datagram(bytes: [1, 0]))
        #expect(Datagram(bytes: [1, 255]) < Datagram(bytes: [2]))
    }

    @Test("a 64-bit float keeps its 64 bits as a standard float")
    func standardFloat() throws {
        let datagram = Datagram { $0.appendStandardFloat(0.1, width: .float64) }
        #expect(datagram.bytes == [UInt8](hex: "9a9999999999b93f"))
        var reader = datagram.reader
        #expect(try reader.readStandardFloat(width: .float64) == 0.1)
    }

    @Test("arrays of bytes with a divisor, and pairs, can be read back")
    func brokenArrays() throws {
        var datagram = Datagram()
        try datagram.append([0.5, 1.5], as: .uint8array, divisor: 2)
        try datagram.append([[7, 8], [9, 10]], as: .uint32uint8array)
        var reader = datagram.reader
        #expect(try reader.readArgument(.uint8array, divisor: 2) == [0.5, 1.5])
        #expect(try reader.readArgument(.uint32uint8array) == [[7, 8], [9, 10]])
    }

    @Test("a 2 GiB length is an error instead of a negative number that is passed over")
    func negativeLength() {
        var decoder = FrameDecoder(framing: .lengthPrefixed(.uint32))
        #expect(throws: FramingError.self) {
            try decoder.receive([UInt8](hex: "00000080 02000000 6f6b").span) { _ in }
        }
    }
}
