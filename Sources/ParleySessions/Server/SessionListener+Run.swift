import ParleySecurity
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
        self.manager = manager
        let result: Result<Void, any Error>
        do {
            let (listeners, socket) = try await open(with: manager)
            (self.socket, loop) = (socket, network.loop)
            let bound = Bound(
                addresses: ServerAddresses(
                    tcp: listeners[0].localAddress, udp: socket.localAddress,
                    plain: listeners.dropFirst().first?.localAddress,
                    pin: listeners[0].identity?.pin),
                loop: network.loop, socket: socket)
            udpPort = bound.addresses.udp.port
            report(.listening(bound.addresses))
            result = await runChildren(listeners, bound, body)
            removeAllDisconnected()
        } catch {
            result = .failure(error)
        }
        await manager.shutdown(within: configuration.closingTimeout)
        counters.failedHandshakes = manager.failedHandshakes
        self.manager = nil
        try result.get()
    }

    private static var udpBuffer: Int { 4 << 20 }

    /// Opens TCP, and UDP on the same port number unless the configuration names another.
    private func open(
        with manager: ConnectionManager
    ) async throws -> ([ConnectionListener], DatagramSocket) {
        let listeners = try await openListeners(with: manager)
        let address = listeners[0].localAddress
        var options = DatagramSocketOptions()
        options.coalescing = configuration.inputCoalescing
        // A thousand players send a thousand datagrams in the time of a tick, and none is read while a
        // snapshot is made. The system's usual buffer holds fewer than three hundred.
        options.socket = [.receiveBuffer(Self.udpBuffer), .sendBuffer(Self.udpBuffer)]
        // Datagrams of all sessions come to one socket, wherever their connections do.
        let isShared = listeners.allSatisfy { $0.localAddress.host == address.host }
        let host = isShared && !address.isAny ? address.host : nil
        let number = configuration.udpPort ?? address.port
        let socket: DatagramSocket
        do {
            socket = try await manager.openUDP(host: host, port: number, options: options)
        } catch {
            // The configuration names no port, so any will do: the welcome tells clients which.
            guard configuration.port == 0, configuration.udpPort == nil else { throw error }
            socket = try await manager.openUDP(host: host, port: 0, options: options)
        }
        return (listeners, socket)
    }

    /// The listener for everybody, and the plain one beside it if there is one.
    private func openListeners(
        with manager: ConnectionManager
    ) async throws -> [ConnectionListener] {
        var options = configuration.connectionOptions
        options.deliversTLSHello = true
        do throws(ListenError) {
            var listeners = [
                try await manager.listen(
                    host: configuration.host, port: configuration.port, options: options,
                    security: configuration.security, answeringPlain: SecurityMismatch.answerToPlain
                )
            ]
            if let port = configuration.plainPort {
                listeners.append(
                    try await manager.listen(
                        host: configuration.plainHost, port: port, options: options,
                        security: .none))
            }
            return listeners
        } catch .open(let error) {
            throw error
        }
    }

    /// Runs the listener's tasks and the body. When one fails, or the task is cancelled, all end.
    private func runChildren(
        _ listeners: [ConnectionListener], _ bound: Bound,
        _ body: @escaping @Sendable (Bound) async throws -> Void
    ) async -> Result<Void, any Error> {
        await withThrowingTaskGroup(of: Void.self) { group in
            for listener in listeners {
                group.addTask { try await self.acceptConnections(from: listener) }
            }
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
