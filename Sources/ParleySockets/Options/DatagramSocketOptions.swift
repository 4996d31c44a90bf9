public import ParleyDatagrams

/// The options of a UDP socket.
public struct DatagramSocketOptions: Sendable {
    /// Whether packets carry Panda3D's checksum or only the datagram.
    public var framing: DatagramFraming
    /// The treatment of datagrams that are not consumed.
    public var buffering: ReceiveBuffering = .pause(bytes: 1 << 20)
    /// How long the socket leaves what arrives with the system after it has received something.
    ///
    /// Under load, datagrams then arrive in fewer and larger batches, which costs a server far less
    /// than a wake-up for each. A datagram waits at most this long; one that follows a quiet time
    /// does not wait. Timers, TCP and work from other threads never wait. `.zero`, the default,
    /// receives at once: choose it where a round trip counts. A game server sets a millisecond.
    /// ``DatagramSocket/drain()`` receives at any time.
    public var coalescing = Duration.zero
    /// The bytes waiting to leave, plus 64 for each datagram, at which `send` suspends.
    public var outboundWatermark = 1 << 20
    /// More options of the system's socket: broadcast, buffers, multicast groups.
    public var socket: [SocketOption] = []

    /// The default options, with a framing of which the default is Panda3D's.
    public init(framing: DatagramFraming = .checksummed) {
        self.framing = framing
    }
}
