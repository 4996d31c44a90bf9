import ParleySockets

extension GameServer {
    /// Opens the sockets, runs the children, and closes what is left.
    func serve(on network: SingleLoopNetwork) async throws {
        if let recording {
            recorder = try await SessionRecorder.begin(
                recording, schema: predictionParameters?.schema, tickRate: configuration.tickRate)
            isRecording = true
        }
        let manager = ConnectionManager(network: network, limits: configuration.connectionLimits)
        let result: Result<Void, any Error>
        do {
            let (listener, socket) = try await open(with: manager)
            (self.socket, loop) = (socket, network.loop)
            world.timeline.begin(
                tickRate: configuration.tickRate, above: network.loop.taskExecutor)
            let bound = ServerAddresses(tcp: listener.localAddress, udp: socket.localAddress)
            udpPort = bound.udp.port
            eventSink.yield(.listening(bound))
            addresses.fulfil(.success(bound))
            result = await runChildren(listener: listener, socket: socket)
            removeAllDisconnected()
            await world.takeLeaves(leaving)
            leaving = []
        } catch {
            result = .failure(error)
        }
        await manager.shutdown(within: configuration.closingTimeout)
        if let failure = await recorder?.finish() { endRecording(failure) }
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

    /// Runs the server's tasks. When one fails, or the server is cancelled, all end.
    private func runChildren(
        listener: ConnectionListener, socket: DatagramSocket
    ) async -> Result<Void, any Error> {
        let world = world
        return await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await self.acceptConnections(from: listener) }
            group.addTask { try await self.receivePackets(from: socket) }
            group.addTask { await self.sendPongs(over: socket) }
            group.addTask { try await self.runTicks() }
            group.addTask { await self.broadcastSnapshots(over: socket) }
            group.addTask { try await self.watchSessions() }
            group.addTask(executorPreference: world.timeline.logic) { try await world.run() }
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
