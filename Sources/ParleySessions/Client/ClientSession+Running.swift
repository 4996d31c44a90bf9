import ParleyDatagrams
import ParleyProtocol
import ParleySockets

extension ClientSession {
    /// Runs the session on its own manager, which closes everything that it opened.
    func runUntilEnd() async throws {
        let network = LookupObserver(of: network) { [link, clock = network.clock] in
            link.withState { $0.join(.connecting, at: clock.now) }
        }
        let manager = ConnectionManager(network: network)
        let result: Result<Void, any Error>
        do {
            result = .success(try await run(with: manager))
        } catch {
            result = .failure(error)
        }
        await manager.shutdown(within: configuration.closingTimeout)
        try result.get()
    }

    private func run(with manager: ConnectionManager) async throws {
        let first = try encode { () throws(DatagramError) in
            if let unsendable { throw unsendable }
            return try ClientMessage.hello(encoding: hello)
        }
        note(.resolving)
        let connection: Connection
        do throws(ConnectError) {
            connection = try await open(with: manager, within: configuration.connectTimeout)
        } catch {
            throw ClientSessionError.cannotConnect(error)
        }
        let socket: DatagramSocket
        do throws(OpenError) {
            socket = try await manager.openUDP()
        } catch {
            throw ClientSessionError.cannotOpenSocket(error)
        }
        // If the connection has ended meanwhile, reading finds that out, and why.
        try? await connection.send(first)
        note(.waitingForServer)
        defer {
            if Task.isCancelled {
                try? (link.route?.connection ?? connection).offer(ClientMessage.leaving)
            }
        }
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await self.stay(on: connection, and: socket, of: manager) }
            group.addTask { try await self.receivePackets(from: socket) }
            group.addTask { try await self.advancePackets() }
            group.addTask { try await self.watch() }
            group.addTask { try await self.sendCommands() }
            // Not waitForAll(): that throws only after the last child, and none is cancelled.
            while try await group.next() != nil {}
        }
    }

    private func note(_ step: JoiningStep) {
        let now = network.clock.now
        link.withState { $0.join(step, at: now) }
    }

    private func sendCommands() async throws {
        guard (try? await welcomed.value().get()) != nil else { return }
        try await handler.sendCommands(in: self)
    }

    /// Opens a connection to the server, with room for everything that is sent again.
    ///
    /// All connections of a session are opened here, so they are protected alike.
    func open(
        with manager: ConnectionManager, within timeout: Duration
    ) async throws(ConnectError) -> Connection {
        var options = ConnectionOptions()
        options.outboundLimit = options.outboundWatermark + 4 * configuration.resendBytes
        return try await manager.connect(
            to: host, port: port, timeout: timeout, options: options,
            security: configuration.security)
    }

    /// Encodes a message of the session itself.
    nonisolated func encode(
        _ body: () throws(DatagramError) -> Datagram
    ) throws(ClientSessionError) -> Datagram {
        do { return try body() } catch { throw .unsendable(error) }
    }
}
