public import ParleyProtocol
public import ParleySessions
public import ParleySockets

/// A player who wants to be let in, and what a world knows of the player: it decides by that.
///
/// ```swift
/// func join(_ request: JoinRequest<Game>) throws(JoinRefusal) {
///     guard hasRoom(in: request.join.team) else { throw JoinRefusal("the team is full") }
///     place(request.id, named: request.name, in: request.join.team)
/// }
/// ```
public struct JoinRequest<Game: GameProtocol>: Sendable {
    /// The player, with the number and the name that it has if it is let in.
    public let player: Player

    /// What the client says about the player beside the name. Nothing vouches for it.
    public let join: Game.Join

    /// Whom the server's `Authenticator` knows the player as; nil for a guest, or without one.
    public let account: Account?

    /// Where the player's first connection comes from. The player may come back from elsewhere.
    public let address: SocketAddress

    /// Whether the session is encrypted, on this connection and all later ones.
    public let isEncrypted: Bool

    /// A request to let a player in.
    ///
    /// A server makes them; tests and tools do for a `WorldDriver`.
    public init(
        _ player: Player, join: Game.Join, account: Account? = nil,
        address: SocketAddress = .loopback(port: 0), isEncrypted: Bool = true
    ) {
        self.player = player
        self.join = join
        self.account = account
        self.address = address
        self.isEncrypted = isEncrypted
    }

    /// The player's number.
    public var id: PlayerID { player.id }

    /// The player's name, as the server accepted it.
    public var name: String { player.name }
}

extension JoinRequest where Game.Join == NoJoin {
    /// A request to let a player in, of a game whose clients send only a name.
    public init(
        _ player: Player, account: Account? = nil, address: SocketAddress = .loopback(port: 0),
        isEncrypted: Bool = true
    ) {
        self.init(
            player, join: NoJoin(), account: account, address: address, isEncrypted: isEncrypted)
    }
}

extension JoinRequest: Equatable where Game.Join: Equatable {}

extension JoinRequest: Hashable where Game.Join: Hashable {}
