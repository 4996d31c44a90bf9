public import ParleyDatagrams
public import ParleyProtocol

/// Decodes the commands of each step for a game, and lets the stand-in replace those that are missing.
///
/// A command that cannot be decoded counts as missing. The decoder is the only part of the way from
/// a packet to the world that knows the game's type of commands, and its code is inlinable: the
/// game's module compiles it for that type (``GameProtocol/decode(_:by:)``). Generic code of another
/// module would look types up for each command.
public struct CommandDecoder<Command: DatagramDecodable & Sendable>: Sendable {
    /// A player, and the player's last command.
    @usableFromInline
    struct Player: Sendable {
        @usableFromInline let id: PlayerID
        @usableFromInline var standIn: CommandStandIn<Command>

        @inlinable
        init(id: PlayerID, standIn: CommandStandIn<Command>) {
            self.id = id
            self.standIn = standIn
        }
    }

    /// The stand-in before a player's first command; nil if a step has only the commands that came.
    @usableFromInline let standIn: CommandStandIn<Command>?
    /// In the order of joining.
    @usableFromInline var players: [Player] = []

    /// A decoder before the first step.
    ///
    /// - Parameter standIn: The stand-in for missing commands, in a world where each player has one
    ///   command a step.
    package init(standIn: CommandStandIn<Command>?) {
        self.standIn = standIn
    }

    /// Decodes a step's commands.
    ///
    /// - Parameter commands: The step's commands, in which their origins are noted.
    @inlinable
    public mutating func decode(_ commands: inout EncodedCommands) -> [PlayerCommand<Command>] {
        var decoded: [PlayerCommand<Command>] = []
        decoded.reserveCapacity(commands.count)
        for index in 0..<commands.count {
            let (player, sequence) = commands.head(index)
            let own = decodeCommand(index, of: &commands)
            if let standIn {
                seat(player, at: index, standIn)
                let next = players[index].standIn.next(own?.command)
                commands.note(next.origin, at: index)
                decoded.append(
                    PlayerCommand(
                        player: player, sequence: sequence, command: next.command,
                        origin: next.origin, view: own?.view))
            } else if let own {
                decoded.append(
                    PlayerCommand(player: player, sequence: sequence, command: own.command))
            }
        }
        if players.count > commands.count, standIn != nil {
            players.removeLast(players.count - commands.count)
        }
        return decoded
    }

    /// The command at an index; nil for a gap, and for bytes that are no command.
    @inlinable
    func decodeCommand(
        _ index: Int, of commands: inout EncodedCommands
    ) -> (command: Command, view: TickTime?)? {
        guard let (bytes, view) = commands.command(index) else { return nil }
        var reader = bytes
        guard let command = try? reader.read(Command.self), reader.isAtEnd else {
            commands.noteMalformed()
            return nil
        }
        return (command, view)
    }

    /// Makes a player the one at an index: those before it in the order have left, and a new one is
    /// behind all others.
    @inlinable
    mutating func seat(_ player: PlayerID, at index: Int, _ standIn: CommandStandIn<Command>) {
        while index < players.count, players[index].id < player { players.remove(at: index) }
        if index == players.count { players.append(Player(id: player, standIn: standIn)) }
    }
}
