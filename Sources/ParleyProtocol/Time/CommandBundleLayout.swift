package import ParleyDatagrams

/// Where the commands of a bundle are among its bytes.
///
/// It checks all counts of a bundle and decodes no command, so a server can keep commands as bytes.
package struct CommandBundleLayout: Sendable {
    /// By how many commands before the newest. Copies have the range of the command after them.
    private var ranges = InlineArray<16, Range<UInt32>>(repeating: 0..<0)
    private let count: Int

    /// Reads the counts behind a header, and passes over the commands.
    ///
    /// - Throws: ``DatagramError`` if the bundle ends before its last command does. Datagrams of 4 GiB
    ///   do not exist.
    package init(
        _ header: CommandBundleHeader, from reader: inout DatagramReader
    ) throws(DatagramError) {
        count = header.count
        for index in 0..<header.count {
            if header.same & (1 << UInt16(index)) != 0 {
                ranges[index] = ranges[index - 1]
            } else {
                let length = Int(clamping: try reader.readVarint())
                let start = UInt32(truncatingIfNeeded: reader.offset)
                try reader.skip(length)
                ranges[index] = start..<start + UInt32(truncatingIfNeeded: length)
            }
        }
    }

    /// The bytes of a command, as offsets in the datagram that was read; number 0 is the oldest.
    package func range(ofCommand number: Int) -> Range<Int> {
        let range = ranges[count - 1 - number]
        return Int(range.lowerBound)..<Int(range.upperBound)
    }
}
