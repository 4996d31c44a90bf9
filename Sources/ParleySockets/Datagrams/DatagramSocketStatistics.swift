/// The traffic of a UDP socket. Bytes include the checksums.
public struct DatagramSocketStatistics: Sendable, Hashable {
    /// Datagrams received with a correct checksum.
    public internal(set) var datagramsReceived = 0
    /// Bytes of the datagrams received.
    public internal(set) var bytesReceived = 0
    /// Datagrams given to the system.
    public internal(set) var datagramsSent = 0
    /// Bytes of the datagrams given to the system.
    public internal(set) var bytesSent = 0
    /// Packets dropped because they are shorter than a header or their checksum is wrong.
    public internal(set) var invalid = 0
    /// Datagrams that the system refused to send: too long for the path, no route, and the like.
    public internal(set) var refused = 0
    /// Datagrams that the system dropped because they were not read in time.
    public internal(set) var droppedBySystem = 0
    /// Datagrams dropped by the policy `.newest`.
    public internal(set) var droppedUnread = 0
}
