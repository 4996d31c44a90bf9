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
///     func show(_ show: inout WorldShow) { show(karts) }
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
    func show(_ show: inout WorldShow)

    /// How far players see, and how many entities each is shown at the most.
    nonisolated var sight: InterestGrid.Configuration { get }
}

extension AuthoritativeWorld {
    /// A hundred units of length, and a thousand entities.
    public nonisolated var sight: InterestGrid.Configuration { InterestGrid.Configuration() }

    /// What the game's rules say that a server has to know.
    public nonisolated var terms: PredictionTerms<Game.Command>? {
        PredictionTerms(
            hold: Game.commandHold(tickRate:), schema: Game.schema, bodyType: Game.bodies.index,
            sight: sight)
    }

    /// All tables.
    public func show(at tick: Tick, to players: [PlayerID]) -> WorldShow? {
        var owners: [EntityHandle: PlayerID] = [:]
        for player in players {
            if let body = body(of: player) { owners[body] = player }
        }
        var show = WorldShow(tick: tick, schema: Game.schema, owners: owners)
        self.show(&show)
        return show
    }
}

extension AuthoritativeWorld where Game.Snapshot == NoSnapshot {
    /// Nothing: all clients predict.
    public func snapshot() -> NoSnapshot { NoSnapshot() }
}

/// What a server has to know of a game's rules to serve predicting clients.
public struct PredictionTerms<Command: Sendable>: Sendable {
    /// The stand-in for missing commands at a tick rate.
    let hold: @Sendable (_ tickRate: Int) -> CommandHold<Command>
    /// The types of entities.
    let schema: ReplicationSchema
    /// The type of the bodies that players move.
    let bodyType: Int
    /// How far players see.
    let sight: InterestGrid.Configuration

    init(
        hold: @escaping @Sendable (_ tickRate: Int) -> CommandHold<Command>,
        schema: ReplicationSchema, bodyType: Int,
        sight: InterestGrid.Configuration
    ) {
        let most = ShowPacket.maximumOverhead(schema.layouts[bodyType])
        precondition(most <= 255, "a body and what goes with it have \(most) bytes, more than 255")
        self.hold = hold
        self.schema = schema
        self.bodyType = bodyType
        self.sight = sight
    }
}
