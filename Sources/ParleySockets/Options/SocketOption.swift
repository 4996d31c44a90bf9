/// A setting of the system's socket. Each does what it says, or setting it throws.
public enum SocketOption: Sendable, Hashable {
    /// Send small writes at once instead of waiting for more (`TCP_NODELAY`; on by default).
    case noDelay(Bool)
    /// Probe a silent TCP peer; `nil` switches it off.
    case keepAlive(KeepAlive?)
    /// What closing does with unsent bytes (`SO_LINGER`), in seconds; `nil` for the default.
    case linger(seconds: Int?)
    /// The system's receive buffer in bytes. Linux doubles what is asked for.
    case receiveBuffer(Int)
    /// The system's send buffer in bytes. Linux doubles what is asked for.
    case sendBuffer(Int)
    /// How many routers a packet may pass, 1 to 255.
    case timeToLive(Int)
    /// The packet's class (`IP_TOS`, `IPV6_TCLASS`), 0 to 255: 0xb8 asks for low delay.
    case typeOfService(Int)
    /// The largest TCP segment in bytes.
    case maximumSegment(Int)
    /// Let a port be taken that was in use a moment ago.
    case reuseAddress(Bool)
    /// Let several sockets share a port, the system spreading what comes over them.
    case reusePort(Bool)
    /// Take IPv6 only, instead of both.
    case ipv6Only(Bool)
    /// Let datagrams go to broadcast addresses.
    case broadcast(Bool)
    /// Let datagrams for one peer leave as one message that the system cuts, and arrive as one where
    /// the system can (UDP only; on by default).
    case joinsPackets(Bool)
    /// Receive what is sent to a multicast group; `interface` 0 lets the system choose.
    case joinGroup(SocketAddress, interface: UInt32)
    /// Stop receiving what is sent to a multicast group.
    case leaveGroup(SocketAddress, interface: UInt32)
    /// Whether multicast also reaches this machine (it does by default).
    case multicastLoopback(Bool)
    /// How many routers a multicast packet may pass (1 by default: none).
    case multicastTimeToLive(Int)

    /// When a silent TCP peer is probed, and when it is given up.
    public struct KeepAlive: Sendable, Hashable {
        /// Silence before the first probe.
        public var idle: Duration
        /// Time between probes.
        public var interval: Duration
        /// Probes without an answer after which the connection has failed.
        public var count: Int

        /// Whole seconds are what the system knows; less becomes one.
        public init(
            idle: Duration = .seconds(30), interval: Duration = .seconds(10), count: Int = 3
        ) {
            self.idle = idle
            self.interval = interval
            self.count = count
        }
    }
}
