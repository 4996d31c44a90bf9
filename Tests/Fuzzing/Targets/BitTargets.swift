import ParleyDatagrams
import ParleyProtocol
import TestSupport

extension FuzzTarget {
    /// Reads of bits. The input has the number of reads, a byte for each, and the bytes to read.
    static let bits = FuzzTarget("bits", corpus: bitCorpus) { input in
        var choices = Choices(input)
        let widths = (0..<choices.byte() & 31).map { _ in Int(choices.byte()) - 4 }
        let datagram = Datagram(embedded: choices.data)
        var reader = BitReader(datagram)
        var writer = BitWriter()
        for width in widths {
            let before = reader.bitOffset
            let value = try decoded { () throws(DatagramError) in try reader.read(bits: width) }
            guard let value else {
                try expect(reader.bitOffset == before, "an error moved the reader")
                continue
            }
            try expect(
                reader.bitOffset + reader.remainingBits == datagram.count * 8
                    && reader.bitOffset == before + min(max(width, 0), 64),
                "\(width) bits moved the reader from \(before) to \(reader.bitOffset)")
            writer.write(value, bits: width)
        }
        try expect(writer.bitCount == reader.bitOffset, "other bits were written than read")
        var again = BitReader(writer.finish())
        let bytes = datagram.bytes
        for bit in 0..<reader.bitOffset {
            let byte = bytes[bit >> 3]
            try expect(
                try again.readFlag() == (byte >> UInt8(bit & 7) & 1 == 1), "bit \(bit) is another")
        }
        _ = try decoded { () throws(DatagramError) in try reader.expectEnd() }
        reader.alignToByte()
        try expect(reader.remainingBits >= 0, "the reader is past the end")
    }

    /// The changes of an entity with a field of each kind, and the resulting words.
    static let deltas = FuzzTarget("deltas", corpus: deltaCorpus) { input in
        let layout = FuzzedEntity.layout
        var reader = BitReader(Datagram(embedded: input))
        var words = layout.origin
        let isRead: Void? = try decoded { () throws(DatagramError) in
            var span = words.mutableSpan
            try layout.coder.read(from: &reader, into: &span)
        }
        // Words that were read only in part are thrown away, but nothing traps on them.
        let entity = FuzzedEntity(dequantising: words.span)
        let settled = FuzzedEntity(dequantising: entity.quantised().span)
        try expect(
            settled.quantised() == entity.quantised(),
            "\(entity) became \(settled) when it was sent")
        guard isRead != nil else { return }
        for (word, coding) in zip(words, layout.codings) {
            try expect(coding.bits == 32 || word >> UInt32(coding.bits) == 0, "a word overflows")
        }
        var writer = BitWriter()
        layout.coder.write(words.span, since: layout.origin.span, to: &writer)
        var again = layout.origin
        var span = again.mutableSpan
        var rereader = BitReader(writer.finish())
        try layout.coder.read(from: &rereader, into: &span)
        try expect(again == words, "\(words) was written and is \(again)")
    }

    private static let bitCorpus: [[UInt8]] =
        [
            [3, 5, 12, 68] + (0..<40), [20] + (0..<60),
            [2, 68, 68] + [UInt8](repeating: 255, count: 16),
        ]
        + GoldenVector.all.prefix(20).map { [6, 5, 6, 7, 36, 4, 68] + $0.bytes }

    private static let deltaCorpus: [[UInt8]] = {
        var full = FuzzedEntity()
        full.x = 12.5
        full.facing = 3
        full.name = "guardian"
        full.mood = .angry
        full.target = 77
        full.account = .max
        var writer = BitWriter()
        let layout = FuzzedEntity.layout
        layout.coder.write(full.quantised().span, since: layout.origin.span, to: &writer)
        return [writer.finish().bytes, [0, 0], [UInt8](repeating: 255, count: 120)]
    }()
}
