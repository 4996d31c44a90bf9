package import ParleyDatagrams

/// The first bytes of a ``CommandBundle``: which ticks its commands are for.
///
/// A server decides by them which commands it wants, before it looks at any.
package struct CommandBundleHeader: Hashable, Sendable {
    /// The most commands in a packet.
    package static let maximumCount = 16

    /// The tick of the newest command.
    package let newest: Tick

    /// The packet's number, 0 to 255 and again 0.
    package let packet: UInt8

    /// How far what the player saw was behind the newest command, in 256ths of a tick.
    package let viewLag256: UInt16?

    /// How many commands there are: 1 to ``maximumCount``.
    package let count: Int

    /// Bit n: the command n before the newest equals the one after it, and is not there.
    let same: UInt16

    /// The tick of a command; number 0 is the oldest.
    func tick(ofCommand number: Int) -> Tick { newest.advanced(by: number + 1 - count) }
}

extension CommandBundleHeader: DatagramDecodable {
    package init(from reader: inout DatagramReader) throws(DatagramError) {
        newest = Tick(number: try reader.read())
        packet = try reader.read()
        let lag: UInt16 = try reader.read()
        viewLag256 = lag == .max ? nil : lag
        let countOffset = reader.offset
        count = Int(try reader.read(UInt8.self))
        guard (1...Self.maximumCount).contains(count), count <= Int(newest.number) + 1 else {
            throw .invalidValue(
                expected: "1 to \(Self.maximumCount) commands, none before tick 0",
                found: "\(count) up to tick \(newest.number)", offset: countOffset)
        }
        same = try reader.read()
        guard same & 1 == 0, Int(same) >> count == 0 else {
            throw .invalidValue(
                expected: "repetitions of \(count) commands", found: "bits \(same)",
                offset: countOffset + 1)
        }
    }
}

extension TickTime {
    /// The moment that was so many 256ths of a tick before a tick.
    init(_ tick: Tick, behindBy256ths lag: UInt16) {
        self.init(units: TickTime(tick).units - Int64(lag) * 256)
    }
}
