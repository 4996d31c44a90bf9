public import ParleyDatagrams

/// How a TCP connection behaves. A listener's options are those of every connection it accepts.
public struct ConnectionOptions: Sendable {
    /// How datagrams are told apart in the stream of bytes. Both ends must agree; nothing on the
    /// wire says it. Panda3D's `tcp-header-size`.
    public var framing: StreamFraming = .lengthPrefixed(.uint16)
    /// The largest datagram in bytes that a peer may send; a longer one costs it the connection.
    ///
    /// It is judged by the announced length, before memory is taken.
    public var maximumDatagramCount = 1 << 20
    /// How long a peer may be silent; `nil` for ever.
    public var idleTimeout: Duration?
    /// How long bytes may wait without the peer taking one, before the connection is given up.
    public var stallTimeout: Duration? = .seconds(30)
    /// Bytes received and not yet consumed at which reading pauses, so that the peer has to wait.
    public var inboundWatermark = 256 * 1024
    /// Bytes waiting to leave at which `send` suspends; it goes on at half of it.
    public var outboundWatermark = 256 * 1024
    /// Bytes waiting to leave at which a send that may not suspend is refused.
    public var outboundLimit = 4 << 20
    /// Whether this side may go on sending after the peer has ended its direction.
    ///
    /// Otherwise the peer's end closes the connection once what waits has left.
    public var allowsHalfClose = false
    /// Whether small writes leave at once (`TCP_NODELAY`).
    public var noDelay = true
    /// Further options of the system's socket.
    public var socket: [SocketOption] = []

    /// The options as they are by default.
    public init() {}

    /// The default options with another framing.
    public init(framing: StreamFraming) {
        self.framing = framing
    }

    var systemOptions: [SocketOption] { [.noDelay(noDelay)] + socket }
}

/// What a server allows in all, without being asked to think of it.
public struct ConnectionLimits: Hashable, Sendable {
    /// Accepted connections at the same time; further ones are closed as they come.
    public var connections = 10_000
    /// Accepted connections from one IPv4 address, or from one IPv6 network of 64 bits.
    ///
    /// Peers on this machine itself are not counted per address.
    public var connectionsPerAddress = 64
    /// Connections accepted a second, over all listeners; the rest waits in the backlog.
    public var acceptsPerSecond = 20_000

    /// The limits as they are by default.
    public init() {}
}
