public import ParleyDatagrams

/// The options of a UDP socket.
public struct DatagramSocketOptions: Sendable {
    /// Whether packets carry Panda3D's checksum or only the datagram.
    public var framing: DatagramFraming = .checksummed
    /// The treatment of datagrams that are not consumed.
    public var buffering: Buffering = .pause(bytes: 1 << 20)
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

    /// The treatment of datagrams that arrive faster than they are consumed.
    public enum Buffering: Sendable {
        /// Stop reading once so many bytes wait, counting 64 more for each datagram. The system's
        /// buffer then drops the newest and counts them
        /// (`DatagramSocketStatistics.droppedBySystem`).
        case pause(bytes: Int)
        /// Keep only so many of the newest datagrams, and count the dropped ones.
        case newest(Int)
    }

    /// The default options.
    public init() {}

    /// The default options with another framing.
    public init(framing: DatagramFraming) {
        self.framing = framing
    }
}
