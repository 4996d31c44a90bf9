public import ParleyDatagrams

/// The contents of one packet of commands: the newest command and copies of those right before it.
///
/// The next packet carries a lost one's commands again, in time if the client runs far enough
/// ahead. A copy that equals its neighbour costs one bit, and hands seldom change within a tick.
public struct CommandBundle<Command: Sendable>: Sendable {
    /// The most commands in a packet: 16.
    public static var maximumCount: Int { 16 }

    /// The tick of the newest command.
    public let newest: Tick

    /// The packet's number, modulo 256, by which the server detects losses.
    public let packet: UInt8

    /// How far the drawn moment was behind the newest command, in 256ths of a tick, at most 255
    /// ticks; nil when nothing was drawn. See ``RewindHistory``.
    public let viewLag256: UInt16?

    /// One for each tick, the newest last; never empty, at most ``maximumCount``.
    public let commands: [Command]

    /// A packet with the last of these commands.
    ///
    /// - Parameters:
    ///   - newest: The tick of the last command; those before it belong to the ticks before.
    ///   - packet: One more than that of the last packet.
    ///   - view: The moment that was shown when the newest command was given.
    ///   - commands: At least one; when there are too many, the oldest are left out.
    public init?(newest: Tick, packet: UInt8, view: TickTime?, commands: some Sequence<Command>) {
        self.newest = newest
        self.packet = packet
        self.commands = commands.suffix(Self.maximumCount)
        guard !self.commands.isEmpty, self.commands.count <= Int(newest.number) + 1 else {
            return nil
        }
        viewLag256 = view.map { view in
            let units = TickTime(newest).units - view.units
            return UInt16(min(max(units / 256, 0), Int64(UInt16.max) - 1))
        }
    }

    /// Each command with its tick, the oldest first.
    public var timed: [(tick: Tick, command: Command)] {
        let header = header
        return commands.indices.map { (header.tick(ofCommand: $0), commands[$0]) }
    }

    /// The bundle's head: everything except the commands.
    package var header: CommandBundleHeader {
        CommandBundleHeader(
            newest: newest, packet: packet, viewLag256: viewLag256, count: commands.count)
    }

    /// The drawn moment when the command for this tick was given.
    public func view(at tick: Tick) -> TickTime? {
        viewLag256.map { TickTime(units: TickTime(tick).units - Int64($0) * 256) }
    }
}

extension CommandBundle: DatagramEncodable where Command: DatagramEncodable & Equatable {
    /// Appends 10 bytes and each command that differs from the one after it.
    public func encode(into datagram: inout Datagram) throws(DatagramError) {
        datagram.append(newest.number)
        datagram.append(packet)
        datagram.append(viewLag256 ?? .max)
        // By number, the newest being 0: reversed copies would be made anew for each packet.
        let last = commands.count - 1
        var same: UInt16 = 0
        for number in 1..<max(1, commands.count)
        where commands[last - number] == commands[last - number + 1] {
            same |= 1 << UInt16(number)
        }
        datagram.append(UInt8(commands.count))
        datagram.append(same)
        for number in 0..<commands.count where same & (1 << UInt16(number)) == 0 {
            try datagram.append(commands[last - number])
        }
    }
}

extension CommandBundle: DatagramDecodable where Command: DatagramDecodable {
    /// Reads the encoding of ``encode(into:)``.
    public init(from reader: inout DatagramReader) throws(DatagramError) {
        try self.init(try CommandBundleHeader(from: &reader), from: &reader)
    }

    /// Reads the commands behind a header.
    package init(
        _ header: CommandBundleHeader, from reader: inout DatagramReader
    ) throws(DatagramError) {
        newest = header.newest
        packet = header.packet
        viewLag256 = header.viewLag256
        var newestFirst: [Command] = []
        newestFirst.reserveCapacity(header.count)
        for index in 0..<header.count {
            if let after = newestFirst.last, header.same & (1 << UInt16(index)) != 0 {
                newestFirst.append(after)
            } else {
                newestFirst.append(try reader.read())
            }
        }
        commands = newestFirst.reversed()
    }
}
