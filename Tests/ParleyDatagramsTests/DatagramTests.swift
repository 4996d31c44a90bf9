import ParleyDatagrams
import ParleySockets
import TestSupport
import Testing

@Suite("A datagram is a value")
struct DatagramTests {
    @Test("fields are read back as they were appended")
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

    @Test("appending to the original does not change a copy")
    func copyOnWrite() {
        var original = Datagram { $0.append(UInt8(1)) }
        let copy = original
        original.append(UInt8(2))
        #expect(copy.bytes == [1])
        #expect(original.bytes == [1, 2])
    }

    @Test("appending to a slice does not overwrite the bytes behind it")
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

    @Test("an emptied datagram uses its memory again, unless it is shared")
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

    @Test("a slice is clamped to the datagram, whatever the kind of its range")
    func clampedSlices() {
        let datagram = Datagram(bytes: [1, 2, 3])
        #expect(datagram.slice(1..<9).bytes == [2, 3])
        #expect(datagram.slice(-2..<1).bytes == [1])
        #expect(datagram.slice(0...4).bytes == [1, 2, 3])
        #expect(datagram.slice(1...1).bytes == [2])
        #expect(datagram.slice(2...Int.max).bytes == [3])
        #expect(datagram.slice(1...).bytes == [2, 3])
        #expect(datagram.slice(5...).isEmpty)
        #expect(datagram.slice(Int.max...).isEmpty)
        #expect(datagram.slice((-1)...).bytes == [1, 2, 3])
        #expect(datagram.slice(..<2).bytes == [1, 2])
        #expect(datagram.slice(..<9).bytes == [1, 2, 3])
        #expect(datagram.slice(..<(-4)).isEmpty)
        #expect(datagram.slice(...1).bytes == [1, 2])
        #expect(datagram.slice(...7).bytes == [1, 2, 3])
        #expect(datagram.slice(...(-1)).isEmpty)
        #expect(datagram.slice(...Int.max).bytes == [1, 2, 3])
        #expect(Datagram().slice(4...).isEmpty)
        #expect(Datagram().slice(...4).isEmpty)
    }

    @Test("a datagram of borrowed bytes copies them")
    func copying() {
        let bytes: [UInt8] = [1, 2, 3, 4]
        let copy = Datagram(copying: bytes.span.extracting(1..<3))
        #expect(copy.bytes == [2, 3])
        let again = copy.withSpan { Datagram(copying: $0) }
        #expect(again == copy)
        #expect(
            again.withUnsafeBytes(\.baseAddress) != copy.withUnsafeBytes(\.baseAddress))
        #expect(Datagram(copying: [UInt8]().span).isEmpty)
    }

    @Test("a new block is never smaller than the bytes that move into it")
    func grownCapacity() {
        // Above 1 GiB the block is no longer doubled, so only the sum decides.
        let large = 3 << 30
        for additional in [-1, -large, .min, 0, 1, 100] {
            let capacity = Datagram.grownCapacity(byteCount: large, additional: additional)
            #expect(capacity >= large + max(additional, 0))
        }
        var datagram = Datagram(bytes: [1, 2, 3])
        let copy = datagram
        datagram.reserve(-2)
        #expect(datagram == copy)
    }

    @Test("datagrams compare as their bytes do", arguments: 0..<50)
    func comparison(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let left = random.bytes(Int.random(in: 0...40, using: &random))
        var right = Array(left.prefix(Int.random(in: 0...40, using: &random)))
        if Bool.random(using: &random) { right += random.bytes(2) }
        let margin: [UInt8] = [0, 255]
        let shifted = Datagram(bytes: margin + right + margin).slice(2..<2 + right.count)
        #expect((Datagram(bytes: left) == shifted) == (left == right), "seed \(seed)")
        #expect(
            (Datagram(bytes: left) < shifted) == left.lexicographicallyPrecedes(right),
            "seed \(seed)")
        #expect(Datagram(bytes: right).hashValue == shifted.hashValue, "seed \(seed)")
    }

    @Test("a reader can begin at any offset")
    func readerAtOffset() throws {
        let datagram = Datagram(bytes: [1, 2, 3])
        var reader = try DatagramReader(datagram, offset: 2)
        #expect(reader.remaining.bytes == [3])
        #expect(try reader.read(UInt8.self) == 3)
        #expect(throws: DatagramError.self) { _ = try DatagramReader(datagram, offset: 4) }
        #expect(throws: DatagramError.self) { _ = try DatagramReader(datagram, offset: -1) }
    }
}
