import CBenchmarkBaseline
import Parley

enum ParleyConnections {
    /// Limits that a measurement needs and a public server would never allow.
    private static var generous: ConnectionLimits {
        var limits = ConnectionLimits()
        limits.connections = 100_000
        limits.connectionsPerAddress = 100_000
        limits.acceptsPerSecond = 1_000_000
        return limits
    }

    private static func listen(_ manager: ConnectionManager) async throws -> ConnectionListener {
        let listener = try await manager.listen(host: "0.0.0.0", backlog: 4096)
        RoleProcess.ready(port: listener.localAddress.port)
        return listener
    }

    static func acceptAndClose(_ arguments: RoleArguments) async throws {
        try await ConnectionManager.run(limits: generous) { manager in
            let listener = try await listen(manager)
            await withDiscardingTaskGroup { group in
                for await connection in listener.connections {
                    group.addTask { await connection.close() }
                    bench_count(1)
                }
            }
        }
    }

    /// Serves every connection, each with a task that waits for its datagrams.
    static func hold(_ arguments: RoleArguments) async throws {
        try await ConnectionManager.run(limits: generous) { manager in
            let listener = try await listen(manager)
            await withDiscardingTaskGroup { group in
                for await connection in listener.connections {
                    group.addTask {
                        for await _ in connection.datagrams {}
                    }
                    bench_count(1)
                }
            }
        }
    }

    static func oneToAll(_ arguments: RoleArguments) async throws {
        try await ConnectionManager.run(limits: generous) { manager in
            var clients: [Connection] = []
            for await connection in try await listen(manager).connections {
                clients.append(connection)
                if clients.count == arguments["clients"] { break }
            }
            let datagram = Datagram(bytes: [UInt8](repeating: 0, count: arguments["size"]))
            let clock = manager.network.clock
            var next = clock.now
            while true {
                try await clock.sleep(until: next, tolerance: nil)
                next = next.advanced(by: arguments.interval)
                bench_count(Int64(clients.count))
                for client in clients { try await client.send(datagram) }
            }
        }
    }
}
