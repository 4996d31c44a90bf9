public import ParleyProtocol

/// A world for predicting clients: it replicates entities, and the clients run its rules, too.
///
/// In each tick `advance` gets exactly one command of every player, in the order of joining: the one
/// for this tick, or one that stands in for it (``PlayerCommand/origin``).
///
/// ```swift
/// actor RaceWorld: AuthoritativeWorld {
///     typealias Game = Race
///     let timeline = WorldTimeline()
///     var karts = EntityTable(Race.bodies, of: Race.schema)
///     var owned: [PlayerID: EntityHandle] = [:]
///
///     func body(of player: PlayerID) -> EntityHandle? { owned[player] }
///     func replicate(into snapshot: inout WorldSnapshot) { snapshot.add(karts) }
///
///     func advance(_ step: TickStep, commands: [PlayerCommand<Race.Command>]) {
///         for command in commands {
///             guard let kart = owned[command.player], var body = karts[kart] else { continue }
///             Race.step(&body, by: command.command, in: .oval, during: step)
///             karts[kart] = body
///         }
///     }
///     …
/// }
/// ```
public protocol AuthoritativeWorld: World where Game: GameRules {
    /// The entity that a player moves; nil for a spectator.
    func body(of player: PlayerID) -> EntityHandle?

    /// Adds all entities to a snapshot, table by table.
    func replicate(into snapshot: inout WorldSnapshot)

    /// The interest of a client: how far its player sees, and the most entities that it gets.
    nonisolated var interest: InterestGrid.Configuration { get }
}

extension AuthoritativeWorld {
    /// A hundred units of length, and a thousand entities.
    public nonisolated var interest: InterestGrid.Configuration { InterestGrid.Configuration() }

    /// The parameters from the game's rules.
    public nonisolated var predictionParameters: PredictionParameters<Game.Command>? {
        PredictionParameters(
            standIn: Game.commandStandIn(tickRate:), schema: Game.schema,
            bodyType: Game.bodies.index, interest: interest)
    }

    /// The snapshot with all tables.
    public func worldSnapshot(at tick: Tick, for players: [PlayerID]) -> WorldSnapshot? {
        let bodies = players.compactMap { player in
            body(of: player).map { WorldSnapshot.Body(player: player, handle: $0) }
        }
        var worldSnapshot = WorldSnapshot(tick: tick, schema: Game.schema, bodies: bodies)
        replicate(into: &worldSnapshot)
        return worldSnapshot
    }
}

extension AuthoritativeWorld where Game.Snapshot == NoSnapshot {
    /// Nothing, since all clients predict.
    public func snapshot() -> NoSnapshot { NoSnapshot() }
}
