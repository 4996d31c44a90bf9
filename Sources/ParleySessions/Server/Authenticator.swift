public import ParleyDatagrams
public import ParleySockets

/// Checks who a player is before the world is asked.
///
/// ```swift
/// struct Members: Authenticator {
///     func authenticate(_ login: Login) async throws -> Account? {
///         guard login.isEncrypted, let id = try await directory.member(with: login.ticket) else {
///             throw JoinRefusal("the ticket is not valid")
///         }
///         return Account(id: id)
///     }
/// }
/// ```
///
/// A server asks for many connections at once. It bounds how many
/// (`GameServerConfiguration.maximumLogins`) and how long (`loginTimeout`), and cancels the call when
/// the connection has to go. A call that goes on after that holds its connection's memory, and a server
/// that stops waits for it.
public protocol Authenticator: Sendable {
    /// Returns the account of a player; nil for a guest.
    ///
    /// - Throws: `JoinRefusal` with a text for the player. Any other error refuses the player, too, and
    ///   its text stays on the server.
    func authenticate(_ login: Login) async throws -> Account?
}

/// What a server knows of a player who wants to join.
public struct Login: Hashable, Sendable {
    /// The name that the player asks for.
    public let name: String

    /// What the client sends to prove who its player is: `GameClientConfiguration.ticket`. Any bytes of
    /// anybody, at most 512.
    public let ticket: Datagram

    /// Where the connection comes from.
    public let address: SocketAddress

    /// Whether nobody on the way has read the ticket.
    public let isEncrypted: Bool

    /// A login.
    public init(
        name: String, ticket: Datagram = Datagram(), address: SocketAddress, isEncrypted: Bool
    ) {
        self.name = name
        self.ticket = ticket
        self.address = address
        self.isEncrypted = isEncrypted
    }
}

/// What an authenticator knows a player by. A later login of the same account ends the earlier
/// session.
public struct Account: Hashable, Sendable {
    /// What tells accounts apart.
    public let id: String

    /// An account.
    public init(id: String) {
        self.id = id
    }
}
