import ParleyDatagrams
import ParleyProtocol

/// The flags of a command in a recorded tick.
private enum CommandFlag {
    static let origin: UInt8 = 3
    static let view: UInt8 = 4
}

extension Datagram {
    mutating func append<Command: DatagramEncodable>(
        _ command: PlayerCommand<Command>, at tick: Tick
    ) throws(DatagramError) {
        append(small: UInt64(command.player.rawValue))
        let origin: UInt8 =
            switch command.origin {
            case .given: 0
            case .repeated: 1
            case .idle: 2
            }
        append(origin | (command.view == nil ? 0 : CommandFlag.view))
        // A predicting client's sequence is the tick itself: 0 here.
        append(near: Int64(command.sequence) - Int64(tick.number))
        if let view = command.view { append(near: TickTime(tick).units - view.units) }
        try append(counted: command.command)
    }
}

extension DatagramReader {
    mutating func readCommand<Command: DatagramDecodable>(
        at tick: Tick
    ) throws(DatagramError) -> PlayerCommand<Command> {
        let player = PlayerID(rawValue: try readNumber())
        let start = offset
        let flags: UInt8 = try read()
        let (sequence, isBeyond) = try readNear().addingReportingOverflow(Int64(tick.number))
        guard !isBeyond, let sequence = UInt32(exactly: sequence),
            let origin = Self.origin(flags & CommandFlag.origin),
            flags <= CommandFlag.origin | CommandFlag.view
        else {
            throw .invalidValue(
                expected: "a command's origin and number", found: "flags \(flags)", offset: start)
        }
        var view: TickTime?
        if flags & CommandFlag.view != 0 {
            view = TickTime(units: TickTime(tick).units &- (try readNear()))
        }
        let command: Command = try readCounted()
        return PlayerCommand(
            player: player, sequence: sequence, command: command,
            origin: origin == 0 ? .given : origin == 1 ? .repeated : .idle, view: view)
    }

    private static func origin(_ bits: UInt8) -> UInt8? { bits < 3 ? bits : nil }
}
