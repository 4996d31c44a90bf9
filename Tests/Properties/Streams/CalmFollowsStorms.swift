import ParleyDatagrams
import ParleySimulation
import ParleySockets

extension Property {
    /// Echoes over TCP and UDP, in a storm and after it.
    static let calmFollowsStorms = Property(
        "calm-follows-storms",
        "Within a minute after the last fault echoes come back again: over a new "
            + "connection, over one that survived the faults, and over UDP."
    ) { trial in
        let limit = Duration.seconds(60)
        try await trial.station(on: "server") { server in
            try await withThrowingTaskGroup(of: Void.self) { group in
                let listener = try await server.manager.listen(port: 9_099)
                let socket = try await server.manager.openUDP(port: 9_099)
                trial.witness.see(socket)
                group.addTask { try await echo(listener, server) }
                group.addTask {
                    for await received in socket.datagrams {
                        try? await socket.send(received.datagram, to: received.address)
                    }
                }
                try await trial.station(on: "client") { client in
                    let old = try await client.connect(to: "server", port: 9_099)
                    try await trial.sleep(.seconds(trial.chance(5...40)))
                    let stormy = old?.isOpen == true ? old : nil
                    trial.simulation.calmDown()
                    if let stormy { try await exchange(over: stormy, trial, limit) }
                    let new = try await client.connect(to: "server", port: 9_099)
                    guard let new else { throw Violation("nobody answers after the storm") }
                    try await exchange(over: new, trial, limit)
                    try await exchangeDatagram(client, trial, limit)
                }
                await listener.close()
                await socket.close()
                try await group.waitForAll()
            }
        }
    }

    private static func echo(_ listener: ConnectionListener, _ station: Station) async throws {
        await withDiscardingTaskGroup { group in
            for await connection in listener.connections {
                station.see(connection)
                group.addTask {
                    for await datagram in connection.datagrams {
                        try? await connection.send(datagram)
                    }
                    await connection.close()
                }
            }
        }
    }

    private static func exchange(
        over connection: Connection, _ trial: Trial, _ limit: Duration
    ) async throws {
        let start = trial.simulation.clock.now
        // A reset may still be under way from the storm; then nothing comes back.
        do { try await connection.send(Datagram(bytes: [1])) } catch { return }
        var isBack = false
        for await _ in connection.datagrams {
            isBack = true
            break
        }
        let taken = start.duration(to: trial.simulation.clock.now)
        try require(taken <= limit, "\(connection): the echo took \(taken) after the storm")
        try require(isBack || !connection.isOpen, "\(connection): no echo, and no end either")
    }

    private static func exchangeDatagram(
        _ client: Station, _ trial: Trial, _ limit: Duration
    ) async throws {
        let socket = try await client.manager.openUDP()
        trial.witness.see(socket)
        let address = try await client.manager.network.resolve("server", port: 9_099)[0]
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                for await _ in socket.datagrams { return }
            }
            group.addTask {
                for _ in 0..<Int(limit.components.seconds) {
                    try await socket.send(Datagram(bytes: [2]), to: address)
                    try await trial.sleep(.seconds(1))
                }
                throw Violation("no datagram came back, \(limit) after the storm")
            }
            try await group.next()
            group.cancelAll()
            await socket.close()
            while let result = await group.nextResult() {
                if case .failure(let violation as Violation) = result { throw violation }
            }
        }
    }
}
