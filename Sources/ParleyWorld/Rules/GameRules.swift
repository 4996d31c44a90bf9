public import ParleyDatagrams
public import ParleyProtocol

/// The rules of a game with client-side prediction: one step of one body, the same code on the server
/// and on every client.
///
/// The server's world runs a player's command by ``step(_:by:in:during:)`` when its tick comes; the
/// player's client has run it already, some ticks ahead. Both reach the same state as long as the rules
/// read only their parameters.
///
/// ```swift
/// enum Race: GameRules {
///     static let cast = Cast()
///     static var schema: ReplicationSchema { cast.schema }
///     static var bodies: EntityType<Kart> { cast.karts }
///     static let idle = Command(pedal: 0, wheel: 0)
///
///     static func surroundings(of world: borrowing SnapshotReceiver) -> Track { .oval }
///
///     static func advance(
///         _ kart: inout Kart, by command: Command, in track: Track, during step: TickStep
///     ) { … }
/// }
/// ```
public protocol GameRules: GameProtocol where Command: Equatable {
    /// The type of the entities that players move.
    associatedtype Body: PlayerBody

    /// The state that the rules read beside the body itself: walls, doors, the wind.
    associatedtype Surroundings: Sendable

    /// Every type of entity that is replicated; both ends compare its hash when they connect.
    static var schema: ReplicationSchema { get }

    /// The bodies' type in the schema.
    static var bodies: EntityType<Body> { get }

    /// The command of a player who does nothing.
    static var idle: Command { get }

    /// The command that stands in for a missing one, made from the last one given.
    ///
    /// The server and the prediction repeat it for each tick whose command is missing, for
    /// ``standInDuration``. A game whose commands contain one-time actions (a shot, a jump) removes
    /// them here; otherwise they repeat in each of those ticks.
    static func standIn(for command: Command) -> Command

    /// For how long the last command stands in for missing ones; then ``idle`` does.
    static var standInDuration: Duration { get }

    /// The surroundings as a client knows them, asked after each snapshot.
    ///
    /// - Parameter world: The newest states of all entities that the client has; see
    ///   `SnapshotReceiver.states(of:)`.
    static func surroundings(of world: borrowing SnapshotReceiver) -> Surroundings

    /// Whether the rules have the same result in both surroundings.
    ///
    /// A client whose prediction was right runs no command again while the surroundings are the same.
    /// Equatable surroundings are compared; all others are never the same by default.
    static func areSame(_ surroundings: Surroundings, _ earlier: Surroundings) -> Bool

    /// One step of a body.
    ///
    /// It must depend on its parameters only, and not on the order of a dictionary. If it throws, the body
    /// stays as it was, on both sides.
    ///
    /// - Parameters:
    ///   - body: The body that the command moves.
    ///   - command: The player's command.
    ///   - surroundings: The surroundings of the body.
    ///   - step: The number of the step, and the time that it covers.
    static func advance(
        _ body: inout Body, by command: Command, in surroundings: Surroundings,
        during step: TickStep
    ) throws
}

extension GameRules {
    /// False: nothing is known of them.
    public static func areSame(_ surroundings: Surroundings, _ earlier: Surroundings) -> Bool {
        false
    }
}

extension GameRules where Surroundings: Equatable {
    /// Whether they are equal.
    public static func areSame(_ surroundings: Surroundings, _ earlier: Surroundings) -> Bool {
        surroundings == earlier
    }
}

extension GameRules {
    /// One step as the server and every predicting client run it: the rules, and then the rounding
    /// to what travels, so that a correct prediction equals the server's state to the bit.
    ///
    /// - Returns: The error that the rules threw, which leave the body as it was; nil if they did not.
    @inlinable @discardableResult
    public static func step(
        _ body: inout Body, by command: Command, in surroundings: Surroundings,
        during step: TickStep
    ) -> (any Error)? {
        var next = body
        do {
            try advance(&next, by: command, in: surroundings, during: step)
        } catch {
            return error
        }
        next.round()
        body = next
        return nil
    }

    /// The last command itself: right for commands that only say what is held down.
    public static func standIn(for command: Command) -> Command { command }

    /// Half a second.
    public static var standInDuration: Duration { .milliseconds(500) }

    /// The stand-in for missing commands, the same on both sides.
    package static func commandStandIn(tickRate: Int) -> CommandStandIn<Command> {
        CommandStandIn(
            idle: idle, lasting: standInDuration, tickRate: tickRate,
            standIn: { standIn(for: $0) })
    }
}

/// The plain snapshot of a game all of whose clients predict: it is empty.
public struct NoSnapshot: Hashable, Sendable {
    /// An empty snapshot.
    public init() {}
}

extension NoSnapshot: DatagramCodable {
    /// Reads no bytes.
    public init(from reader: inout DatagramReader) throws(DatagramError) {}

    /// Appends no bytes.
    public func encode(into datagram: inout Datagram) throws(DatagramError) {}
}
