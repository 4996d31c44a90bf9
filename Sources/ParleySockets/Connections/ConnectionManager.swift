/// Opens listeners, connections and UDP sockets, and keeps account of them.
///
/// ```swift
/// try await ConnectionManager.run { manager in
///     let listener = try await manager.listen(port: 9099)
///     try await listener.serve { connection in … }
/// }
/// ```
///
/// Sockets stay open until they or their manager are closed, even if nothing else refers to them.
public final class ConnectionManager: Sendable {
    /// The network on which the sockets are opened.
    public let network: any Network
    let registry: ConnectionRegistry

    /// A manager on `network`, which accepts no more connections than `limits` allow.
    public init(network: any Network = SystemNetwork(), limits: ConnectionLimits = .init()) {
        self.network = network
        registry = ConnectionRegistry(limits: limits)
    }

    /// Runs `body` with a manager, and closes everything that the manager still has when `body`
    /// returns or throws.
    ///
    /// `body` and its child tasks prefer one of the network's loops, so receiving and sending change
    /// no threads.
    public static func run<Result: Sendable>(
        network: any Network = SystemNetwork(), limits: ConnectionLimits = .init(),
        _ body: (ConnectionManager) async throws -> Result
    ) async throws -> Result {
        let manager = ConnectionManager(network: network, limits: limits)
        return try await withTaskExecutorPreference(network.nextLoop().taskExecutor) {
            do {
                let result = try await body(manager)
                await manager.shutdown()
                return result
            } catch {
                await manager.shutdown()
                throw error
            }
        }
    }

    /// The ends of connections, each with its reason.
    ///
    /// One consumer at a time. The newest 4,096 that were not consumed are kept.
    public var terminations: AsyncStream<Termination> { registry.terminations }

    /// How many accepted sockets have become no connection, because their handshake failed or made room.
    package var failedHandshakes: UInt64 { registry.failedHandshakes }

    /// The open connections, oldest first.
    public var connections: [Connection] { registry.connections }

    /// Listens for TCP connections.
    ///
    /// - Parameters:
    ///   - host: A local address or name; `nil` for all local addresses, IPv6 and IPv4.
    ///   - port: The port; 0 lets the system choose one, which `localAddress` gives.
    ///   - backlog: The number of connections that the system holds until they are accepted.
    ///   - options: The options of accepted connections.
    /// - Throws: `OpenError`, for example when the port is in use.
    public func listen(
        host: String? = nil, port: UInt16 = 0, backlog: Int = 1000,
        options: ConnectionOptions = .init()
    ) async throws(OpenError) -> ConnectionListener {
        let address = try await localAddress(host, port: port)
        return try await listen(at: address, backlog: backlog, options: options, security: nil)
    }

    /// Listens for TCP connections at `address`, which `security` encrypts if it is given.
    ///
    /// The listener lives on a loop for handshakes; each connection moves to a loop of the network when
    /// its handshake has ended.
    package func listen(
        at address: SocketAddress, backlog: Int, options: ConnectionOptions,
        security: (any StreamTransformFactory)?
    ) async throws(OpenError) -> ConnectionListener {
        let next = network.nextSocketLoop()
        let loop = security == nil ? next : next.handshakeLoop
        let (network, registry) = (network, registry)
        return try await onLoop(loop) { () throws(OpenError) in
            let port = try loop.openListener(
                at: address, backlog: backlog, options: [.reuseAddress(true)])
            let listener = ConnectionListener(
                port: port, loop: loop, network: network, options: options, registry: registry,
                security: security)
            try Self.check(
                registry.add(listener) ? listener.assumeIsolated { $0.start() } : .cancelled,
                at: address)
            return listener
        }
    }

    /// Opens a UDP socket.
    ///
    /// - Parameters:
    ///   - host: A local address or name; `nil` for all local addresses, IPv6 and IPv4.
    ///   - port: The port; 0 lets the system choose one, which `localAddress` gives.
    ///   - options: The options of the socket.
    /// - Throws: `OpenError`.
    public func openUDP(
        host: String? = nil, port: UInt16 = 0, options: DatagramSocketOptions = .init()
    ) async throws(OpenError) -> DatagramSocket {
        let address = try await localAddress(host, port: port)
        let loop = network.nextSocketLoop()
        let registry = registry
        return try await onLoop(loop) { () throws(OpenError) in
            let port = try loop.openDatagrams(at: address, options: options.socket)
            let socket = DatagramSocket(
                port: port, loop: loop, options: options, onEnd: { registry.remove($0) })
            try Self.check(
                registry.add(socket) ? socket.assumeIsolated { $0.start() } : .cancelled,
                at: address)
            return socket
        }
    }

    /// Closes the listeners, then all sockets and connections, each after sending what is queued.
    ///
    /// - Parameter limit: How long closing a connection may take.
    public func shutdown(within limit: Duration = .seconds(5)) async {
        let open = registry.shutDown()
        for listener in open.listeners { await listener.close() }
        await withDiscardingTaskGroup { group in
            for connection in open.connections {
                group.addTask { await connection.close(within: limit) }
            }
            for socket in open.sockets {
                group.addTask { await socket.close() }
            }
        }
        registry.finish()
    }

    /// The first address of a host of this machine; all local addresses for `nil`.
    package func localAddress(_ host: String?, port: UInt16) async throws(OpenError)
        -> SocketAddress
    {
        guard let host, !host.isEmpty else { return .any(port: port) }
        do throws(ResolveError) {
            let found = try await network.resolve(host, port: port)
            return found.first ?? .any(port: port)
        } catch {
            throw OpenError(
                step: .resolve, place: "\(host): \(error)", error: .addressNotAvailable)
        }
    }

    private static func check(_ error: SystemError?, at address: SocketAddress)
        throws(OpenError)
    {
        if let error { throw OpenError(step: .open, place: "\(address)", error: error) }
    }
}

/// Runs `body` on the loop, and returns or throws its result.
func onLoop<Value: Sendable, Failure: Error>(
    _ loop: any SocketLoop, _ body: @escaping @Sendable () throws(Failure) -> Value
) async throws(Failure) -> Value {
    let outcome: Result<Value, Failure> = await Waiter.wait { waiter in
        loop.perform {
            do throws(Failure) {
                waiter.resume(returning: .success(try body()))
            } catch {
                waiter.resume(returning: .failure(error))
            }
        }
    }
    return try outcome.get()
}
