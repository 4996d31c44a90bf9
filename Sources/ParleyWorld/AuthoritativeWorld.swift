public import ParleyProtocol

/// A world whose players' clients predict: it shows entities, and clients run its rules as well.
///
/// Each tick, `advance` is given exactly one command of every player, in the order of joining: the
/// one for this tick, or what stands in for it (``PlayerCommand/origin``).
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
    /// Which entity a player moves; nil for who only watches.
    func body(of player: PlayerID) -> EntityHandle?

    /// Shows everything that there is, table by table.
    func replicate(into snapshot: inout WorldSnapshot)

    /// How far players see, and how many entities each is shown at the most.
    nonisolated var interest: InterestGrid.Configuration { get }
}

extension AuthoritativeWorld {
    /// A hundred units of length, and a thousand entities.
    public nonisolated var interest: InterestGrid.Configuration { InterestGrid.Configuration() }

    /// What the game's rules say that a server has to know.
    public nonisolated var predictionParameters: PredictionParameters<Game.Command>? {
        PredictionParameters(
            standIn: Game.commandStandIn(tickRate:), schema: Game.schema,
            bodyType: Game.bodies.index,
            interest: interest)
    }

    /// All tables.
    public func worldSnapshot(at tick: Tick, for players: [PlayerID]) -> WorldSnapshot? {
        var owners: [EntityHandle: PlayerID] = [:]
        for player in players {
            if let body = body(of: player) { owners[body] = player }
        }
        var worldSnapshot = WorldSnapshot(tick: tick, schema: Game.schema, owners: owners)
        replicate(into: &worldSnapshot)
        return worldSnapshot
    }
}

extension AuthoritativeWorld where Game.Snapshot == NoSnapshot {
    /// Nothing: all clients predict.
    public func snapshot() -> NoSnapshot { NoSnapshot() }
}

/// What a server has to know of a game's rules to serve predicting clients.
public struct PredictionParameters<Command: Sendable>: Sendable {
    /// The stand-in for missing commands at a tick rate.
    let standIn: @Sendable (_ tickRate: Int) -> CommandStandIn<Command>
    /// The types of entities.
    let schema: ReplicationSchema
    /// The type of the bodies that players move.
    let bodyType: Int
    /// How far players see.
    let interest: InterestGrid.Configuration

    init(
        standIn: @escaping @Sendable (_ tickRate: Int) -> CommandStandIn<Command>,
        schema: ReplicationSchema, bodyType: Int,
        interest: InterestGrid.Configuration
    ) {
        let most = SnapshotPacket.maximumOverhead(schema.layouts[bodyType])
        precondition(most <= 255, "a body and what goes with it have \(most) bytes, more than 255")
        self.standIn = standIn
        self.schema = schema
        self.bodyType = bodyType
        self.interest = interest
    }
}
