import ParleyDatagrams
import Testing

@Suite("A datagram is a value")
struct DatagramTests {
    @Test("fields come out as they went in")
    func fieldsRoundTrip() throws {
        let datagram = try Datagram {
            $0.append(UInt8(7))
            $0.append(Int16(-300), .big)
            try $0.append("Panda")
            $0.append(1.5)
            $0.append(Float(-0.5), .big)
            $0.append(true)
            try $0.append(blob: [0, 1], length: .uint32)
        }
        var fields = datagram.reader
        #expect(try fields.read(UInt8.self) == 7)
        #expect(try fields.read(Int16.self, .big) == -300)
        #expect(try fields.readString() == "Panda")
        #expect(try fields.read(Double.self) == 1.5)
        #expect(try fields.read(Float.self, .big) == -0.5)
        #expect(try fields.read(Bool.self))
        #expect(try fields.readBlob(length: .uint32).bytes == [0, 1])
        try fields.expectEnd()
    }

    @Test("a copy does not see what is appended to the original")
    func copyOnWrite() {
        var original = Datagram { $0.append(UInt8(1)) }
        let copy = original
        original.append(UInt8(2))
        #expect(copy.bytes == [1])
        #expect(original.bytes == [1, 2])
    }

    @Test("appending to a slice leaves the bytes behind it alone")
    func appendToSlice() {
        let whole = Datagram(bytes: [1, 2, 3, 4])
        var slice = whole.slice(1..<2)
        slice.append(UInt8(9))
        #expect(slice.bytes == [2, 9])
        #expect(whole.bytes == [1, 2, 3, 4])
    }

    @Test("a datagram can be appended to itself")
    func appendToItself() {
        var datagram = Datagram(bytes: [1, 2, 3])
        datagram.append(contentsOf: datagram)
        #expect(datagram.bytes == [1, 2, 3, 1, 2, 3])
    }

    @Test("a datagram that is emptied uses its memory again, unless it is shared")
    func reuse() {
        var datagram = Datagram { $0.append(UInt64(1)) }
        let address = datagram.withUnsafeBytes(\.baseAddress)
        datagram.removeAll(keepingCapacity: true)
        datagram.append(UInt64(2))
        #expect(datagram.withUnsafeBytes(\.baseAddress) == address)
        let copy = datagram
        datagram.removeAll(keepingCapacity: true)
        datagram.append(UInt64(3))
        #expect(datagram.withUnsafeBytes(\.baseAddress) != address)
        #expect(copy.reader.datagram.bytes == [2, 0, 0, 0, 0, 0, 0, 0])
    }

    @Test("slices share memory, compacted datagrams do not")
    func slices() throws {
        let whole = Datagram(bytes: [UInt8](repeating: 7, count: 1_000))
        let slice = whole.slice(10..<20)
        #expect(
            slice.withUnsafeBytes(\.baseAddress)
                == whole.withUnsafeBytes { $0.baseAddress.map { $0 + 10 } })
        let compacted = slice.compacted()
        #expect(compacted == slice)
        #expect(compacted.capacity < 100)
        #expect(whole.slice(990..<2_000).count == 10)
        #expect(whole.slice(2_000..<3_000).isEmpty)
        #expect(Datagram().slice(0..<1).isEmpty)
    }

    @Test("a reader can begin anywhere inside")
    func readerAtOffset() throws {
        let datagram = Datagram(bytes: [1, 2, 3])
        var reader = try DatagramReader(datagram, offset: 2)
        #expect(reader.remaining.bytes == [3])
        #expect(try reader.read(UInt8.self) == 3)
        #expect(throws: DatagramError.self) { _ = try DatagramReader(datagram, offset: 4) }
        #expect(throws: DatagramError.self) { _ = try DatagramReader(datagram, offset: -1) }
    }
}
