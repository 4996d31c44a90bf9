public import ParleyDatagrams

/// How a UDP socket behaves.
public struct DatagramSocketOptions: Sendable {
    /// Whether packets carry Panda3D's checksum, or nothing but the datagram.
    public var framing: DatagramFraming = .checksummed
    /// What happens to datagrams that nobody consumes.
    public var buffering: Buffering = .pause(bytes: 1 << 20)
    /// How long the socket leaves what arrives with the system after it has received something.
    ///
    /// Under load, datagrams then arrive in fewer and larger batches, which costs a server far less
    /// than a wake-up for each. A datagram waits at most this long; one that follows a quiet time
    /// does not wait. Timers, TCP and work from other threads never wait. `.zero`, the default,
    /// receives at once: choose it where a round trip counts. A game server sets a millisecond.
    /// ``DatagramSocket/drain()`` receives at any time.
    public var coalescing = Duration.zero
    /// Bytes waiting to leave at which `send` suspends.
    public var outboundWatermark = 1 << 20
    /// Further options of the system's socket: broadcast, buffers, multicast groups, …
    public var socket: [SocketOption] = []

    /// What happens to datagrams that are received faster than they are consumed.
    public enum Buffering: Sendable {
        /// Stop reading once so many bytes wait; the system's own buffer then drops the newest and
        /// counts them (`DatagramSocketStatistics.droppedBySystem`).
        case pause(bytes: Int)
        /// Keep only the newest datagrams, as Panda3D's `RecentConnectionReader` does with one.
        case newest(Int)
    }

    /// The options as they are by default.
    public init() {}

    /// The default options with another framing.
    public init(framing: DatagramFraming) {
        self.framing = framing
    }
}
