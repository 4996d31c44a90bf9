import ParleyDatagrams
import ParleySimulation
import ParleySockets
import Synchronization

extension Property {
    /// A server and its clients, each cancelled at a random instant.
    static let cancelledServersEnd = Property(
        "cancelled-servers-end",
        "A server or client that is cancelled, whatever it is doing, has ended within the time that "
            + "closing may take, and all its streams with it."
    ) { trial in
        // Closing takes a peer's time and five seconds at most; a host may stand still meanwhile.
        let farewell = Duration.seconds(5 + 1 + 2 * 2 + 1)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                try await trial.cancelled(within: farewell, name: "server") {
                    try await serveEverything(trial)
                }
            }
            for number in 0..<trial.chance(1...4) {
                group.addTask {
                    try await trial.cancelled(within: farewell, name: "client \(number)") {
                        try await callEndlessly(trial, host: "client \(number)")
                    }
                }
            }
            try await group.waitForAll()
        }
    }

    /// A server with all that a server may have: connections, a UDP socket, a reader.
    private static func serveEverything(_ trial: Trial) async throws {
        try await trial.station(on: "server") { server in
            let manager = server.manager
            let listener = try await manager.listen(port: 9_099, backlog: trial.chance(1...4))
            let socket = try await manager.openUDP(port: 9_099)
            trial.witness.see(socket)
            let reader = ConnectionReader(policy: .pause(bytes: 1 << 12))
            await reader.add(socket)
            await withDiscardingTaskGroup { group in
                group.addTask {
                    for await datagram in reader.datagrams {
                        try? await datagram.reply(datagram.datagram)
                    }
                    await reader.close()
                }
                for await connection in listener.connections {
                    server.see(connection)
                    group.addTask {
                        if trial.chance(0...1) == 0, await reader.add(connection) {
                            await connection.terminated()
                            return
                        }
                        for await datagram in connection.datagrams {
                            try? await connection.send(datagram)
                        }
                        await connection.close()
                    }
                }
            }
        }
    }

    private static func callEndlessly(_ trial: Trial, host: String) async throws {
        while true {
            try await trial.station(on: host) { client in
                try await callOnce(trial, client)
            }
            try Task.checkCancellation()
            try await trial.sleep(upTo: .seconds(1))
        }
    }

    private static func callOnce(_ trial: Trial, _ client: Station) async throws {
        guard let connection = try await client.connect(to: "server", port: 9_099, tries: 1)
        else { return }
        let socket = try await client.manager.openUDP()
        trial.witness.see(socket)
        var server = connection.remoteAddress
        server.port = 9_099
        for number in 0..<UInt32(trial.chance(1...100)) {
            let datagram = Datagram { $0.append(number) }
            do throws(SendError) {
                try await connection.send(datagram)
                try await socket.send(datagram, to: server)
            } catch {
                return
            }
            for await answer in connection.datagrams {
                try require(answer == datagram, "the echo is another one than was sent")
                break
            }
        }
    }
}

extension Trial {
    /// Runs `body` until a random instant, cancels it then, and checks that it ends in time.
    func cancelled(
        within limit: Duration, name: String, _ body: @escaping @Sendable () async throws -> Void
    ) async throws {
        let cancellation = Mutex<NetworkInstant?>(nil)
        let clock = simulation.clock
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                do {
                    try await body()
                } catch let violation as Violation {
                    throw violation
                } catch {
                    // Opening may fail, and cancelled tasks throw.
                }
            }
            try await waitForSomeInstant()
            cancellation.withLock { $0 = clock.now }
            group.cancelAll()
            try await group.waitForAll()
        }
        guard let asked = cancellation.withLock({ $0 }) else { return }
        let taken = asked.duration(to: clock.now)
        try require(taken <= limit, "the \(name) took \(taken) to end, after it was cancelled")
    }

    /// A number of turns, of milliseconds, or of seconds later: each phase of a program has its turn.
    private func waitForSomeInstant() async throws {
        switch chance(0...2) {
        case 0: for _ in 0..<chance(0...60) { await Task.yield() }
        case 1: try await sleep(upTo: .milliseconds(200))
        default: try await sleep(upTo: .seconds(20))
        }
    }
}
