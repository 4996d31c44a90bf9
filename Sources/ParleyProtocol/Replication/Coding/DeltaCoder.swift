package import ParleyDatagrams

/// Writes how words differ from others that the reader has, and reads it.
///
/// Words go in groups of eight: a bit for each, whether it changed, then what each changed one became.
/// Where there is more than one group, a bit before each says whether anything in it changed. A word of
/// one bit needs nothing more; a stepped one is its step, the smaller the shorter
/// (``WordCoder``); a whole one is itself.
package struct DeltaCoder: Sendable {
    let words: [WordCoder]

    package init(_ codings: [WordCoding]) {
        words = codings.map(WordCoder.init)
    }

    private static let group = 8

    /// What a delta takes at the most.
    package var maximumBits: Int {
        words.reduce((words.count + 7) / 8 + words.count) { $0 + $1.maximumBits }
    }

    /// Writes what changed.
    ///
    /// - Parameters:
    ///   - current: what the reader is to have.
    ///   - baseline: what it has.
    ///   - writer: gets the bits.
    package func write(
        _ current: Span<UInt32>, since baseline: Span<UInt32>, to writer: inout BitWriter
    ) {
        let words = words.span
        let isGrouped = words.count > Self.group
        var start = 0
        while start < words.count {
            let end = min(start &+ Self.group, words.count)
            var changed: UInt64 = 0
            for index in start..<end where current[index] != baseline[index] {
                changed |= 1 &<< UInt64(truncatingIfNeeded: index &- start)
            }
            if isGrouped { writer.write(changed != 0) }
            if !isGrouped || changed != 0 {
                // Most groups fit 64 bits, which then reach the writer as one.
                var gathered = changed
                var count = UInt64(truncatingIfNeeded: end &- start)
                while changed != 0 {
                    let index = start &+ changed.trailingZeroBitCount
                    let code = words[index].code(current[index], since: baseline[index])
                    if count &+ code.bits > 64 {
                        writer.write(gathered, bits: Int(count))
                        (gathered, count) = (0, 0)
                    }
                    gathered |= code.value &<< count
                    count &+= code.bits
                    changed &= changed &- 1
                }
                writer.write(gathered, bits: Int(count))
            }
            start = end
        }
    }

    /// Reads what changed, and makes of a baseline what the writer had.
    ///
    /// - Parameters:
    ///   - reader: gives the bits.
    ///   - current: the baseline; afterwards the current words.
    ///   - offset: where they begin.
    /// - Throws: ``DatagramError`` when bits are missing; the words are then neither.
    package func read(
        from reader: inout BitReader, into current: inout MutableSpan<UInt32>, at offset: Int = 0
    ) throws(DatagramError) {
        let words = words.span
        let isGrouped = words.count > Self.group
        var start = 0
        while start < words.count {
            let end = min(start &+ Self.group, words.count)
            var changed: UInt64 = 0
            let isTouched = isGrouped ? try reader.readFlag() : true
            if isTouched { changed = try reader.read(bits: end &- start) }
            while changed != 0 {
                let index = start &+ changed.trailingZeroBitCount
                let place = offset &+ index
                current[place] = try words[index].read(since: current[place], from: &reader)
                changed &= changed &- 1
            }
            start = end
        }
    }
}
