import ParleyDatagrams
public import ParleyProtocol
public import ParleyWorld

/// What ``ZoneGame`` makes of a game. Nothing else conforms to it.
public protocol ZonedGame: GameRules
where
    Join == ZoneJoin, Request == ZoneRequest, Notice == ZoneNotice, Snapshot == NoSnapshot,
    Command == Rules.Command, Body == Rules.Body, Surroundings == Rules.Surroundings
{
    /// The game itself.
    associatedtype Rules: GameRules
}

/// A game as a zone's server and its clients speak it: the game's own rules, commands and entities, with requests and
/// notices that keep their numbers when a player changes zones.
public enum ZoneGame<Rules: GameRules>: ZonedGame {
    /// What a client brings to a zone.
    public typealias Join = ZoneJoin
    /// The game's command.
    public typealias Command = Rules.Command
    /// A numbered request.
    public typealias Request = ZoneRequest
    /// A numbered notice, or news of a crossing.
    public typealias Notice = ZoneNotice
    /// All clients of a zone predict.
    public typealias Snapshot = NoSnapshot
    /// The game's body.
    public typealias Body = Rules.Body
    /// The game's surroundings.
    public typealias Surroundings = Rules.Surroundings

    /// The game's name, and that it is played in zones.
    public static var name: String { "\(Rules.name) in zones" }

    /// The game's schema.
    public static var schema: ReplicationSchema { Rules.schema }

    /// The game's bodies.
    public static var bodies: EntityType<Rules.Body> { Rules.bodies }

    /// The game's idle command.
    public static var idle: Rules.Command { Rules.idle }

    /// The game's own stand-in.
    public static func standIn(for command: Rules.Command) -> Rules.Command {
        Rules.standIn(for: command)
    }

    /// The game's own duration.
    public static var standInDuration: Duration { Rules.standInDuration }

    /// The game's own surroundings.
    public static func surroundings(of world: borrowing SnapshotReceiver) -> Rules.Surroundings {
        Rules.surroundings(of: world)
    }

    /// The game's own comparison.
    public static func areSame(
        _ surroundings: Rules.Surroundings, _ earlier: Rules.Surroundings
    ) -> Bool {
        Rules.areSame(surroundings, earlier)
    }

    /// The game's own step.
    public static func advance(
        _ body: inout Rules.Body, by command: Rules.Command, in surroundings: Rules.Surroundings,
        during step: TickStep
    ) throws {
        try Rules.advance(&body, by: command, in: surroundings, during: step)
    }

    /// Decodes by the code that the game's own module has for its commands.
    public static func decode(
        _ commands: inout EncodedCommands, by decoder: inout CommandDecoder<Rules.Command>
    ) -> [PlayerCommand<Rules.Command>] {
        Rules.decode(&commands, by: &decoder)
    }
}
