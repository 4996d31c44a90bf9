/// A setting of the system's socket. Each does what it says, or setting it throws.
public enum SocketOption: Sendable, Hashable {
    /// Send small writes at once instead of waiting for more (`TCP_NODELAY`; on by default).
    case noDelay(Bool)
    /// Probe a silent TCP peer; `nil` switches it off.
    case keepAlive(KeepAlive?)
    /// How long closing waits for unsent bytes (`SO_LINGER`), in seconds; `nil` for the default.
    case linger(seconds: Int?)
    /// The system's receive buffer in bytes. Linux doubles what is asked for.
    case receiveBuffer(Int)
    /// The system's send buffer in bytes. Linux doubles what is asked for.
    case sendBuffer(Int)
    /// The number of routers that a packet may pass, 1 to 255.
    case timeToLive(Int)
    /// The packet's class (`IP_TOS`, `IPV6_TCLASS`), 0 to 255: 0xb8 asks for low delay.
    case typeOfService(Int)
    /// The largest TCP segment in bytes.
    case maximumSegment(Int)
    /// Allow binding a port that was in use a moment ago.
    case reuseAddress(Bool)
    /// Let several sockets share a port. The system distributes packets among them.
    case reusePort(Bool)
    /// Accept IPv6 only, instead of both families.
    case ipv6Only(Bool)
    /// Allow sending to broadcast addresses.
    case broadcast(Bool)
    /// Let datagrams for one peer leave as one message that the system cuts, and arrive as one
    /// message where the system can (UDP only; on by default).
    case joinsPackets(Bool)
    /// Receive packets for a multicast group; `interface` 0 lets the system choose.
    case joinGroup(SocketAddress, interface: UInt32)
    /// Stop receiving packets for a multicast group.
    case leaveGroup(SocketAddress, interface: UInt32)
    /// Whether multicast packets also reach this machine (on by default).
    case multicastLoopback(Bool)
    /// The number of networks that a multicast packet may enter (1 by default: the local one).
    case multicastTimeToLive(Int)

    /// When a silent TCP peer is probed, and when the connection ends.
    public struct KeepAlive: Sendable, Hashable {
        /// The silence before the first probe.
        public var idle: Duration
        /// The time between probes.
        public var interval: Duration
        /// The number of unanswered probes after which the connection fails.
        public var count: Int

        /// Probing with these times, which the system rounds to whole seconds, at least one.
        public init(
            idle: Duration = .seconds(30), interval: Duration = .seconds(10), count: Int = 3
        ) {
            self.idle = idle
            self.interval = interval
            self.count = count
        }
    }
}
