/// What a UDP socket has done so far. Bytes include the checksums.
public struct DatagramSocketStatistics: Sendable, Hashable {
    /// Datagrams received and found in order.
    public var datagramsReceived = 0
    /// Bytes of those.
    public var bytesReceived = 0
    /// Datagrams given to the system.
    public var datagramsSent = 0
    /// Bytes of those.
    public var bytesSent = 0
    /// Packets dropped for being shorter than a header, or for a wrong checksum.
    public var invalid = 0
    /// Datagrams that the system would not send: too long for the path, no way there, …
    public var refused = 0
    /// Datagrams that the system dropped because nobody read them in time.
    public var droppedBySystem = 0
    /// Datagrams dropped by the policy `.newest`.
    public var droppedUnread = 0
}
