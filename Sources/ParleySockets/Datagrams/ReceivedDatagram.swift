public import ParleyDatagrams

/// A UDP datagram, the peer that sent it, and the local address to which it was sent.
public struct ReceivedDatagram: Sendable {
    /// The datagram, without its checksum.
    public let datagram: Datagram
    /// The address of the peer.
    public let address: SocketAddress
    /// The local address to which the peer sent it, for the `from:` of an answer.
    ///
    /// A socket on all local addresses of a machine with several would otherwise answer from the one that
    /// the system prefers, and a peer that expects answers from the address it asked drops them. `nil` on
    /// a socket that is bound to one address, which sends from there in any case, and for what came to
    /// an IPv6 group. A broadcast, or what came to an IPv4 group, has the address of the interface.
    public let localAddress: SocketAddress?
}
