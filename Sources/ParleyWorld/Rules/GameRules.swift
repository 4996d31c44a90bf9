public import ParleyDatagrams
public import ParleyProtocol

/// The rules of a game whose players do not wait for the server: one step of one body, the same code
/// on the server and on every client.
///
/// The server's world runs a player's command by ``step(_:by:in:during:)`` when its tick comes; the
/// player's client has run it already, some ticks ahead. As long as the rules look at nothing but
/// what they are given, both come to the same.
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
    /// What a player moves.
    associatedtype Body: PlayerBody

    /// What the rules look at beside the body itself: walls, doors, the wind.
    associatedtype Surroundings: Sendable

    /// Every type of entity that clients are shown; both ends compare its hash when they connect.
    static var schema: ReplicationSchema { get }

    /// The bodies' type in the schema.
    static var bodies: EntityType<Body> { get }

    /// What somebody does who does nothing.
    static var idle: Command { get }

    /// The surroundings as a client knows them, asked after each snapshot.
    ///
    /// - Parameter world: The newest states of all that the client is shown; see
    ///   `SnapshotReceiver.states(of:)`.
    static func surroundings(of world: borrowing SnapshotReceiver) -> Surroundings

    /// Whether the rules come to the same in both surroundings.
    ///
    /// A client whose prediction was right runs no command again while the surroundings are the same.
    /// Equatable surroundings are compared; all others are never the same, unless the game says so.
    static func areSame(_ surroundings: Surroundings, _ earlier: Surroundings) -> Bool

    /// One step of a body.
    ///
    /// It must depend on its parameters only, and on no order that a dictionary has. A body that it
    /// throws for stays as it was, on both sides.
    ///
    /// - Parameters:
    ///   - body: What the command moves.
    ///   - command: What the player wants.
    ///   - surroundings: What is around the body.
    ///   - step: Which step it is, and how much time it covers.
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
    /// to what travels, so that a right prediction equals the truth to the last bit.
    ///
    /// - Returns: What the rules threw; the body is as it was then.
    @discardableResult
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

    /// What a missing command is made good by, on both sides.
    package static var standIn: CommandStandIn<Command> { CommandStandIn(idle: idle) }
}

/// What a game shows over plain snapshots that has predicting clients only: nothing.
public struct NoSnapshot: Hashable, Sendable {
    /// Nothing.
    public init() {}
}

extension NoSnapshot: DatagramCodable {
    /// Reads no bytes.
    public init(from reader: inout DatagramReader) throws(DatagramError) {}

    /// Appends no bytes.
    public func encode(into datagram: inout Datagram) throws(DatagramError) {}
}
