/// The end of a connection, as its manager reports it.
///
/// It does not refer to the connection, so a report that waits to be read keeps nothing alive.
public struct Termination: Sendable, Hashable {
    /// The connection's number.
    public let id: ConnectionID
    /// The address of the peer.
    public let remoteAddress: SocketAddress
    /// The reason of the end.
    public let reason: CloseReason
}
