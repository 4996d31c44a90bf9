/// The network of this machine, served by event loops.
///
/// ```swift
/// let network = SystemNetwork(threads: 2)
/// let manager = ConnectionManager(network: network)
/// ```
public final class SystemNetwork: Network {
    /// The loops of its sockets.
    package let loops: EventLoopGroup
    private let resolver = NameResolver()

    /// A network on the loops of `group`.
    package init(loops group: EventLoopGroup) {
        loops = group
    }

    /// A network with its own loops.
    ///
    /// Stops the program when the system refuses the loops' threads or descriptors;
    /// ``start(threads:spinning:)`` throws instead.
    ///
    /// - Parameters:
    ///   - threads: The number of loops, at least one, each a thread with epoll.
    ///   - spinning: How long a loop looks for events before it sleeps. Spinning saves the time of
    ///     waking the thread, at the price of a core. Some tens of microseconds help where every
    ///     microsecond counts.
    public convenience init(threads: Int = 1, spinning: Duration = .zero) {
        do {
            self.init(loops: try EventLoopGroup(threads: threads, spinning: spinning))
        } catch {
            preconditionFailure("cannot start \(threads) event loops: \(error)")
        }
    }

    /// Starts a network with its own loops.
    ///
    /// - Throws: The system's refusal of a thread or a descriptor.
    public static func start(threads: Int = 1, spinning: Duration = .zero) throws(SystemError)
        -> SystemNetwork
    {
        SystemNetwork(loops: try EventLoopGroup(threads: threads, spinning: spinning))
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
