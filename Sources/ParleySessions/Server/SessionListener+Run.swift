package import ParleySockets

extension SessionListener {
    /// What a listener has bound.
    package struct Bound: Sendable {
        /// Where clients connect.
        package let addresses: ServerAddresses
        /// The loop that everything runs on.
        package let loop: any NetworkLoop
        /// The UDP socket.
        package let socket: DatagramSocket
    }

    /// Listens for as long as a body runs, on one loop of the network.
    ///
    /// When the body or a socket ends, or the task is cancelled, all sessions end with a goodbye, and
    /// what is queued is sent within `closingTimeout`. Then the call returns, and ``takeLeaves()``
    /// has the last departures.
    ///
    /// - Parameter body: The game. Called once clients can connect.
    /// - Throws: The errors of the sockets, `SessionListenerError`, or what the body threw.
    package func run(_ body: @escaping @Sendable (Bound) async throws -> Void) async throws {
        let network = SingleLoopNetwork(network)
        try await withTaskExecutorPreference(network.loop.taskExecutor) {
            try await serve(on: network, body)
        }
    }

    /// Opens the sockets, runs the children, and closes what is left.
    private func serve(
        on network: SingleLoopNetwork, _ body: @escaping @Sendable (Bound) async throws -> Void
    ) async throws {
        let manager = ConnectionManager(network: network, limits: configuration.connectionLimits)
        let result: Result<Void, any Error>
        do {
            let (listener, socket) = try await open(with: manager)
            (self.socket, loop) = (socket, network.loop)
            let bound = Bound(
                addresses: ServerAddresses(
                    tcp: listener.localAddress, udp: socket.localAddress),
                loop: network.loop, socket: socket)
            udpPort = bound.addresses.udp.port
            report(.listening(bound.addresses))
            result = await runChildren(listener: listener, bound, body)
            removeAllDisconnected()
        } catch {
            result = .failure(error)
        }
        await manager.shutdown(within: configuration.closingTimeout)
        try result.get()
    }

    private static var udpBuffer: Int { 4 << 20 }

    /// Opens TCP, and UDP on the same port number unless the configuration names another.
    private func open(
        with manager: ConnectionManager
    ) async throws -> (ConnectionListener, DatagramSocket) {
        let host = configuration.host
        let listener = try await manager.listen(
            host: host, port: configuration.port, options: configuration.connectionOptions)
        let number = configuration.udpPort ?? listener.localAddress.port
        var options = DatagramSocketOptions()
        options.coalescing = configuration.inputCoalescing
        // A thousand players send a thousand datagrams in the time of a tick, and none is read while a
        // snapshot is made. The system's usual buffer holds fewer than three hundred.
        options.socket = [.receiveBuffer(Self.udpBuffer), .sendBuffer(Self.udpBuffer)]
        do {
            return (listener, try await manager.openUDP(host: host, port: number, options: options))
        } catch {
            // The configuration names no port, so any will do: the welcome tells clients which.
            guard configuration.port == 0, configuration.udpPort == nil else { throw error }
            return (listener, try await manager.openUDP(host: host, port: 0, options: options))
        }
    }

    /// Runs the listener's tasks and the body. When one fails, or the task is cancelled, all end.
    private func runChildren(
        listener: ConnectionListener, _ bound: Bound,
        _ body: @escaping @Sendable (Bound) async throws -> Void
    ) async -> Result<Void, any Error> {
        await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await self.acceptConnections(from: listener) }
            group.addTask { try await self.receivePackets(from: bound.socket) }
            group.addTask { await self.sendReplies(over: bound.socket) }
            group.addTask { try await self.advancePackets() }
            group.addTask { try await body(bound) }
            group.addTask { try await self.watchSessions() }
            do {
                // Not waitForAll(): that throws only after the last child, and none is cancelled.
                while try await group.next() != nil {}
                return .success(())
            } catch {
                group.cancelAll()
                return .failure(error)
            }
        }
    }
}
