public import ParleyDatagrams

/// The options of a TCP connection. A listener applies its options to every accepted connection.
public struct ConnectionOptions: Sendable {
    /// How datagrams are delimited in the stream of bytes. Both ends must use the same framing, which
    /// nothing on the wire announces.
    public var framing: StreamFraming
    /// The largest datagram in bytes that a peer may send. A longer one ends the connection.
    ///
    /// The announced length is checked before memory is allocated.
    public var maximumDatagramCount = 1 << 20
    /// How long a peer may be silent; `nil` for no limit.
    public var idleTimeout: Duration?
    /// How long bytes may wait without the system taking one, before the connection ends.
    public var stallTimeout: Duration? = .seconds(30)
    /// The bytes of received datagrams, plus 32 for each, at which reading pauses until they are
    /// consumed. One read of at most 256 KiB may exceed it.
    public var inboundWatermark = 256 * 1024
    /// The bytes waiting to leave at which `send` suspends. It resumes at half of them.
    public var outboundWatermark = 256 * 1024
    /// The bytes waiting to leave at which `offer` throws `SendError.queueFull`.
    public var outboundLimit = 4 << 20
    /// Whether this side may go on sending after the peer has ended its direction.
    ///
    /// Otherwise the peer's end closes the connection once all queued datagrams have left.
    public var allowsHalfClose = false
    /// Whether small writes leave at once (`TCP_NODELAY`).
    public var noDelay = true
    /// More options of the system's socket.
    public var socket: [SocketOption] = []
    /// Whether the first bytes of a peer that speaks TLS to a plain connection are delivered as they
    /// are, so that the peer can be told; otherwise they are a frame that never ends.
    package var deliversTLSHello = false

    /// The default options, with a framing of which the default is Panda3D's.
    public init(framing: StreamFraming = .lengthPrefixed(.uint16)) {
        self.framing = framing
    }

    var systemOptions: [SocketOption] { [.noDelay(noDelay)] + socket }
}

/// The limits of a manager on accepted connections.
public struct ConnectionLimits: Hashable, Sendable {
    /// Accepted connections at the same time. More are closed at once.
    public var connections = 10_000
    /// Accepted connections from one IPv4 address, or from one IPv6 network of 64 bits.
    ///
    /// It does not apply to ``trustedProxies``, nor to peers on this machine of a listener that listens
    /// at a loopback address. Elsewhere they are limited: behind a proxy every peer is 127.0.0.1.
    public var connectionsPerAddress = 64
    /// Connections accepted a second by all listeners together. The backlog holds the others.
    public var acceptsPerSecond = 20_000
    /// Unfinished handshakes of one encrypted listener at the same time. When one more comes, the oldest
    /// of the network that has most is dropped.
    public var handshakes = 256
    /// Unfinished handshakes with one encrypted listener from one IPv4 address, or from one IPv6 network
    /// of 64 bits. When one more comes, the oldest of them is dropped.
    ///
    /// It does not apply to the peers that ``connectionsPerAddress`` does not apply to.
    public var handshakesPerAddress = 8
    /// How long a handshake may take.
    public var handshakeTimeout = Duration.seconds(5)
    /// The proxies whose connections are those of many players. No limit for one address or network
    /// applies to them, and where the network that has most makes room, each of their connections is
    /// judged for itself.
    ///
    /// A proxy has to limit its clients itself: all that they send comes from one address.
    public var trustedProxies: [AddressPrefix] = []

    /// The default limits.
    public init() {}

    /// What the limits for one address or network count a peer as; `nil` where they do not apply.
    ///
    /// - Parameters:
    ///   - peer: The remote address of a connection.
    ///   - local: The address of the listener that accepted it.
    package func account(of peer: SocketAddress, at local: SocketAddress) -> SocketAddress? {
        if peer.isLoopback && local.isLoopback { return nil }
        return trustedProxies.contains { $0.contains(peer) } ? nil : peer.accountable
    }
}
