import ParleyProtocol
import ParleySockets
import ParleyWorld
import ParleyDatagrams

/// A game's part of taking a step's commands from a server's players: they come out as values.
final class StepDecoder<Command: DatagramDecodable & Sendable> {
    private var commands = EncodedCommands()
    private var decoder: CommandDecoder<Command>
    /// How many commands could not be decoded.
    private(set) var malformed = 0

    /// - Parameter idle: The command of a player who does nothing, in a world with one command a step.
    init(idle: Command? = nil) {
        decoder = CommandDecoder(standIn: idle.map { CommandStandIn(idle: $0) })
    }

    func take(
        _ tick: UInt32, from table: inout PlayerTable, at now: NetworkInstant
    ) -> [PlayerCommand<Command>] {
        table.takeCommands(for: Tick(number: tick), at: now, into: &commands)
        let decoded = decoder.decode(&commands)
        table.count(commands)
        malformed += commands.malformed
        return decoded
    }
}
