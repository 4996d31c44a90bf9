package import ParleyDatagrams

/// The first bytes of a ``CommandBundle``: which ticks its commands are for.
///
/// A server decides by them which commands it wants, before it decodes any.
package struct CommandBundleHeader: Hashable, Sendable {
    /// The tick of the newest command.
    package let newest: Tick

    /// The packet's number, 0 to 255 and again 0.
    package let packet: UInt8

    /// How far what the player saw was behind the newest command, in 256ths of a tick.
    package let viewLag256: UInt16?

    /// How many commands there are: 1 to ``CommandBundle/maximumCount``.
    package let count: Int

    /// Bit n: the command n before the newest equals the one after it, and is not there.
    let same: UInt16

    init(newest: Tick, packet: UInt8, viewLag256: UInt16?, count: Int) {
        self.newest = newest
        self.packet = packet
        self.viewLag256 = viewLag256
        self.count = count
        same = 0
    }

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
        let maximum = CommandBundle<Never>.maximumCount
        guard (1...maximum).contains(count), count <= Int(newest.number) + 1 else {
            throw .invalidValue(
                expected: "1 to \(maximum) commands, none before tick 0",
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
