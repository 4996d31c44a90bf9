/// The network of this machine, served by event loops.
///
/// ```swift
/// let network = SystemNetwork(threads: 2)
/// let manager = ConnectionManager(network: network)
/// ```
public final class SystemNetwork: Network {
    /// The loops that its sockets live on.
    public let loops: EventLoopGroup
    private let resolver = NameResolver()

    /// A network on the loops of `group`.
    public init(loops group: EventLoopGroup) {
        loops = group
    }

    /// A network with its own loops.
    ///
    /// Stops the program when the system refuses the loops' threads or descriptors. A caller that
    /// handles this makes the `EventLoopGroup` itself.
    ///
    /// - Parameters:
    ///   - threads: The number of loops, at least one.
    ///   - spinning: How long each looks for events before it sleeps; see `EventLoop`.
    public convenience init(threads: Int = 1, spinning: Duration = .zero) {
        do {
            self.init(loops: try EventLoopGroup(threads: threads, spinning: spinning))
        } catch {
            preconditionFailure("cannot start \(threads) event loops: \(error)")
        }
    }

    /// The system's monotonic time.
    public var clock: any NetworkClock { LoopClock(group: loops) }

    /// The loop after the one handed out before.
    public func nextLoop() -> any NetworkLoop {
        loops.nextLoop()
    }

    /// Every address that the system's resolver knows for the host.
    ///
    /// A numeric host needs no look-up. Names are looked up on separate threads, because the system's
    /// call blocks.
    public func resolve(_ host: String, port: UInt16) async throws(ResolveError)
        -> [SocketAddress]
    {
        try await resolver.resolve(host, port: port)
    }

    /// The system's generator, which is fit for tokens.
    public func makeRandomNumberGenerator() -> any RandomNumberGenerator & Sendable {
        SystemRandomNumberGenerator()
    }

    /// The network interfaces of this machine.
    public func interfaces() -> [NetworkInterface] {
        NetworkInterface.scan()
    }
}
