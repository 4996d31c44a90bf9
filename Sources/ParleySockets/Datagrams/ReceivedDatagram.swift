public import ParleyDatagrams

/// A UDP datagram and the peer that sent it.
public struct ReceivedDatagram: Sendable {
    /// The datagram, without its checksum.
    public let datagram: Datagram
    /// The address of the peer.
    public let address: SocketAddress
}
