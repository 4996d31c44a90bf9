public import ParleyDatagrams
public import ParleyProtocol

/// What travels between a game's clients and its server: one type for each direction and transport.
///
/// ```swift
/// enum Arena: GameProtocol {
///     static let name = "arena"
///     struct Command: DatagramCodable { … }     // client to server, UDP, many a second
///     enum Request: DatagramCodable { … }       // client to server, TCP, rare and never lost
///     enum Notice: DatagramCodable { … }        // server to client, TCP, rare and never lost
///     struct Snapshot: DatagramCodable { … }    // server to client, UDP, the newest counts
/// }
/// ```
public protocol GameProtocol: Sendable {
    /// The game's name, which both sides compare before anything else: clients of another game, or
    /// of an older version that renamed itself, are refused with a text that gives both names.
    static var name: String { get }

    /// Client to server over UDP: may be lost, never arrives twice or out of order.
    associatedtype Command: DatagramCodable & Sendable

    /// Client to server over TCP: arrives, once and in order.
    associatedtype Request: DatagramCodable & Sendable

    /// Server to client over TCP: arrives, once and in order.
    associatedtype Notice: DatagramCodable & Sendable

    /// Server to client over UDP: may be lost; a client only ever sees newer ones.
    ///
    /// Keep it under 1,200 bytes, which every path on the Internet carries in one packet.
    associatedtype Snapshot: DatagramCodable & Sendable
}

/// A command and who sent it.
public struct PlayerCommand<Command: Sendable>: Sendable {
    /// Who sent it.
    public let player: PlayerID

    /// The client's number for it: 1, 2, 3 …; the ones that were lost on the way are missing. Of a
    /// predicting client, the number of its tick.
    public let sequence: UInt32

    /// What the player wants.
    public let command: Command

    /// Whether the player gave it for this tick, or it stands in for one that is missing.
    public let origin: CommandStandIn<Command>.Origin

    /// The moment of the others that the player's screen showed when giving it; nil when that is
    /// unknown. It is the client's word: see ``moment(within:now:)``.
    public let view: TickTime?

    /// The `sequence`th command of a player.
    public init(
        player: PlayerID, sequence: UInt32, command: Command,
        origin: CommandStandIn<Command>.Origin = .given, view: TickTime? = nil
    ) {
        self.player = player
        self.sequence = sequence
        self.command = command
        self.origin = origin
        self.view = view
    }

    /// The moment in which to decide whether the player hit what was on the screen.
    ///
    /// - Parameters:
    ///   - limit: How far back that may be.
    ///   - now: The tick that is run.
    public func moment(within limit: RewindLimit, now: Tick) -> TickTime {
        limit.moment(claimed: view, now: now)
    }
}

/// Whom a notice is for.
public enum Recipients: Hashable, Sendable {
    /// Everybody who is in.
    case all
    /// One player; nobody when that player has left meanwhile.
    case player(PlayerID)
    /// Everybody but one.
    case allExcept(PlayerID)

    /// Whether the notice is for this player.
    public func include(_ player: PlayerID) -> Bool {
        switch self {
        case .all: true
        case .player(let only): only == player
        case .allExcept(let other): other != player
        }
    }
}

/// A notice that the world wants delivered.
public struct Outgoing<Notice: Sendable>: Sendable {
    /// Whom it is for.
    public let recipients: Recipients

    /// What they are told.
    public let notice: Notice

    /// A notice for these players.
    public init(_ notice: Notice, to recipients: Recipients = .all) {
        self.recipients = recipients
        self.notice = notice
    }
}
