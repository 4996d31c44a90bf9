package import ParleyDatagrams

/// Writes the words that differ from a baseline that the reader has, and reads them.
///
/// Words form groups of eight: a bit for each that says whether it changed, then the changed ones. If
/// there is more than one group, a bit before each says whether anything in it changed. A changed word
/// of one bit needs no more; a stepped word travels as its step, small steps in fewer bits
/// (``WordCoder``); a whole word travels as it is.
package struct DeltaCoder: Sendable {
    let words: [WordCoder]

    package init(_ codings: [WordCoding]) {
        words = codings.map(WordCoder.init)
    }

    private static let group = 8

    /// The most bits that a delta takes.
    package var maximumBits: Int {
        words.reduce((words.count + 7) / 8 + words.count) { $0 + $1.maximumBits }
    }

    /// Writes the delta.
    ///
    /// - Parameters:
    ///   - current: the words that the reader gets.
    ///   - baseline: the words that the reader has.
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
                // Most groups fit 64 bits, which the writer then takes in one call.
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

    /// Reads a delta, and changes the baseline into the words that the writer had.
    ///
    /// - Parameters:
    ///   - reader: gives the bits.
    ///   - current: the baseline; afterwards the current words.
    ///   - offset: where they begin.
    /// - Throws: ``DatagramError`` if bits are missing; the words are then undefined.
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
