import ParleyDatagrams
import TestSupport

extension FuzzTarget {
    /// Every read of a `DatagramReader`. The input has the number of reads, a byte for each, and the
    /// bytes to read.
    static let reader = FuzzTarget("reader", share: 20, corpus: readerCorpus) { input in
        var choices = Choices(input)
        let script = (0..<choices.byte() & 31).map { _ in choices.byte() }
        let datagram = Datagram(embedded: choices.data)
        var reader = datagram.reader
        for operation in script {
            let before = reader
            let isRead = try ReaderOperation(operation).perform(on: &reader)
            try expect(
                (0...datagram.count).contains(reader.offset)
                    && reader.offset + reader.remainingCount == datagram.count
                    && reader.remaining == datagram.slice(reader.offset...),
                "\(operation): offset \(reader.offset) of \(datagram.count)")
            try expect(
                reader.offset >= before.offset && (isRead || reader.offset == before.offset),
                "\(operation): the offset went from \(before.offset) to \(reader.offset)")
        }
        let end: Void? = try decoded { () throws(DatagramError) in try reader.expectEnd() }
        try expect((end != nil) == reader.isAtEnd, "the end is not where it is")
    }

    /// Every golden vector, with a script for each kind of its first field.
    private static let readerCorpus: [[UInt8]] =
        (0..<UInt8(ReaderOperation.kinds)).flatMap { kind in
            [
                [2, kind, kind | 0xE0, 3, 0, 1, 2, 3, 0, 5, 6],
                [1, kind, 2, 0, 0, 0, 0x61, 0, 0x62, 0],
            ]
        } + GoldenVector.all.map { [4, 11, 6, 9, 10] + $0.bytes }
}

/// One read. The low five bits of a byte choose the kind, the high three its options.
private struct ReaderOperation {
    static let kinds = 26
    let kind: Int
    let detail: Int

    init(_ byte: UInt8) {
        kind = Int(byte & 31) % Self.kinds
        detail = Int(byte >> 5)
    }

    /// Reads, and compares the value with the bytes that were read.
    ///
    /// - Returns: Whether the bytes could be read.
    func perform(on reader: inout DatagramReader) throws -> Bool {
        guard let field else { return try performOther(on: &reader) }
        let before = reader
        let read = try decoded { () throws(DatagramError) in try field.read(from: &reader) }
        guard let read else { return false }
        let source = try before.source(until: reader)
        switch read {
        case .bool(let value):
            try expect(value == (source.bytes != [0]), "not the bool that it was")
        case .fixed(let text, let count):
            try expect(
                source.count == count && source.bytes.prefix { $0 != 0 }.elementsEqual(text.utf8),
                "not the fixed text that it was")
        default:
            let written = try Datagram { try read.write(to: &$0) }
            try expect(written == source, "\(read) was read from \(source.bytes)")
        }
        return true
    }

    /// A field of the kind to read, or nil for other operations.
    private var field: Field? {
        let order: ByteOrder = detail & 1 == 0 ? .little : .big
        let length: LengthPrefix = detail & 2 == 0 ? .uint16 : .uint32
        let count = [0, 1, 3, 8, 17, 40, 200, 5_000][detail]
        return switch kind {
        case 0: .int8(0)
        case 1: .int16(0, order)
        case 2: .int32(0, order)
        case 3: .int64(0, order)
        case 4: .uint8(0)
        case 5: .uint16(0, order)
        case 6: .uint32(0, order)
        case 7: .uint64(0, order)
        case 8: .float32(0, order)
        case 9: .float64(0, order)
        case 10: .bool(false)
        case 11: .string("", length)
        case 12: .zeroTerminated("")
        case 13: .fixed("", count)
        case 14: .wide("")
        case 15: .blob([], length)
        case 16: .raw([UInt8](repeating: 0, count: count))
        default: nil
        }
    }

    private func performOther(on reader: inout DatagramReader) throws -> Bool {
        let count = [0, 1, 2, 9, 100, -1, .max, .min][detail]
        let before = reader
        let outcome: Void? = try decoded { () throws(DatagramError) in
            switch kind {
            case 17: try reader.skip(count)
            case 18: _ = try reader.readBytes(count)
            case 19: _ = try reader.readFixed(byteCount: count)
            case 20: _ = try reader.readZeroTerminatedBytes()
            case 21: _ = try reader.readWideUnits()
            case 22: _ = try reader.peek(UInt64.self, .big)
            case 23: _ = try reader.readStandardFloat(width: detail & 1 == 0 ? .float32 : .float64)
            case 24: reader = try DatagramReader(reader.datagram, offset: before.offset)
            default: if detail == 7 { _ = reader.readRemaining() }
            }
        }
        return outcome != nil
    }
}

extension DatagramReader {
    /// The bytes between this reader and a later one.
    fileprivate func source(until later: DatagramReader) throws -> Datagram {
        let count = later.offset - offset
        try expect(count >= 0 && count <= remainingCount, "\(count) of \(remainingCount) bytes")
        return datagram.slice(offset..<later.offset)
    }
}
