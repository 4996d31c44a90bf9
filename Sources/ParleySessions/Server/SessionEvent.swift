package import ParleyProtocol
public import ParleySecurity
public import ParleySockets

/// The addresses that clients connect to.
public struct ServerAddresses: Hashable, Sendable {
    /// Where clients connect over TCP.
    public let tcp: SocketAddress

    /// Where their datagrams go.
    public let udp: SocketAddress

    /// Where clients connect that do not encrypt; nil if there is no such port beside `tcp`.
    public let plain: SocketAddress?

    /// The server's public key, which an invite names; nil if `tcp` is plain.
    public let pin: PublicKeyPin?

    /// These addresses.
    public init(
        tcp: SocketAddress, udp: SocketAddress, plain: SocketAddress? = nil,
        pin: PublicKeyPin? = nil
    ) {
        self.tcp = tcp
        self.udp = udp
        self.plain = plain
        self.pin = pin
    }
}

/// Something that happens to the sessions of a server.
package enum SessionEvent: Hashable, Sendable {
    /// Clients can connect.
    case listening(ServerAddresses)
    /// The world let a player in.
    case joined(Player)
    /// A player has lost the connection, and may come back.
    case disconnected(Player)
    /// A disconnected player is back, and is sent the notices that came meanwhile.
    case reconnected(Player)
    /// A player who was in has left.
    case left(Player, LeaveReason)
    /// A connection was not let in; the goodbye says why.
    case refused(SocketAddress, Goodbye)
}

/// The reason why a listener ended.
package enum SessionListenerError: Error, Hashable, Sendable {
    /// A socket of the listener ended while it ran.
    case socketEnded(String)
}
