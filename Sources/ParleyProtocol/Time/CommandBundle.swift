public import ParleyDatagrams

/// The contents of one packet of commands: the newest command and copies of those right before it.
///
/// The next packet carries a lost one's commands again, in time if the client runs far enough
/// ahead. A copy that equals its neighbour costs one bit, and hands seldom change within a tick.
public struct CommandBundle<Command: Sendable>: Sendable {
    /// The most commands in a packet: 16.
    public static var maximumCount: Int { CommandBundleHeader.maximumCount }

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
        commands.indices.map { index in
            (newest.advanced(by: index + 1 - commands.count), commands[index])
        }
    }

    /// The drawn moment when the command for this tick was given.
    public func view(at tick: Tick) -> TickTime? {
        viewLag256.map { TickTime(tick, behindBy256ths: $0) }
    }
}

extension CommandBundle: DatagramEncodable where Command: DatagramEncodable & Equatable {
    /// Appends 10 bytes and, counted, each command that differs from the one after it.
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
            let command = try Datagram(encoding: commands[last - number])
            datagram.append(varint: UInt64(command.count))
            datagram.append(contentsOf: command)
        }
    }
}

extension CommandBundle: DatagramDecodable where Command: DatagramDecodable {
    /// Reads the encoding of ``encode(into:)``. Each command has to fill its bytes exactly.
    public init(from reader: inout DatagramReader) throws(DatagramError) {
        let header = try CommandBundleHeader(from: &reader)
        let layout = try CommandBundleLayout(header, from: &reader)
        newest = header.newest
        packet = header.packet
        viewLag256 = header.viewLag256
        var commands: [Command] = []
        commands.reserveCapacity(header.count)
        for number in 0..<header.count {
            var bytes = reader.datagram.slice(layout.range(ofCommand: number)).reader
            bytes.codingLimits = reader.codingLimits
            commands.append(try bytes.read())
            try bytes.expectEnd()
        }
        self.commands = commands
    }
}
