import ParleyDatagrams
import ParleySimulation
import ParleySockets

extension Property {
    /// Clients that end in every way there is, at a server that does too.
    static let connectionsEndOnce = Property(
        "connections-end-once",
        "A connection ends exactly once, on both sides, whatever its peer does: and where nothing "
            + "else ends it, silence does."
    ) { trial in
        let end = Duration.seconds(240)
        try await trial.station(on: "server") { server in
            let listener = try await server.manager.listen(port: 9_099, options: .impatient)
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    try await serve(listener, server, trial)
                }
                for number in 0..<trial.chance(1...6) {
                    group.addTask { try await visit(trial, host: "client \(number)") }
                }
                let manager = server.manager
                try await trial.sleep(.seconds(trial.chance(1...60)))
                trial.simulation.faults = .none
                try await trial.wait(end, for: "the clients' connections end") {
                    manager.connections.isEmpty
                }
                await listener.close()
                try await group.waitForAll()
            }
        }
    }

    private static func serve(
        _ listener: ConnectionListener, _ station: Station, _ trial: Trial
    ) async throws {
        try await withThrowingDiscardingTaskGroup { group in
            for await connection in listener.connections {
                station.see(connection)
                group.addTask {
                    try await behave(.random(trial), over: connection, trial)
                }
            }
        }
    }

    /// A client that comes a few times. Its host may crash meanwhile.
    private static func visit(_ trial: Trial, host: String) async throws {
        let simulated = trial.simulation.host(host)
        let visits = Counter(trial.chance(1...3))
        try await simulated.keepRunning {
            while visits.takeOne() {
                try await trial.station(on: host) { client in
                    guard
                        let connection = try await client.connect(
                            to: "server", port: 9_099, options: .impatient)
                    else { return }
                    try await behave(.random(trial), over: connection, trial)
                }
            }
        }
    }

    /// Does with a connection what chance has picked, until it has ended.
    private static func behave(
        _ manner: Manner, over connection: Connection, _ trial: Trial
    ) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            if manner != .deaf {
                group.addTask {
                    var echoes = 0
                    for await datagram in connection.datagrams where manner == .echoing {
                        // Not for ever, should the other be an echo too.
                        echoes += 1
                        if echoes < 100 { try? await connection.send(datagram) }
                    }
                }
            }
            group.addTask { try await talk(manner, over: connection, trial) }
            _ = try await group.next()
            if manner == .cancelled { group.cancelAll() }
            try await group.waitForAll()
        }
        // An end that reads nothing does not learn of the other's end, and has to close itself.
        if manner == .deaf { try? await trial.sleep(.seconds(20)) }
        if manner == .silent { await connection.terminated() }
        await connection.close()
    }

    private static func talk(
        _ manner: Manner, over connection: Connection, _ trial: Trial
    ) async throws {
        do throws(SendError) {
            if manner == .deaf {
                // The other may be deaf as well: then only the time-out for stalling ends it.
                for _ in 0..<200 {
                    try await connection.send(Datagram(zeros: 10_000))
                }
                return
            }
            for number in 0..<UInt32(trial.chance(0...20)) {
                try await connection.send(Datagram { $0.append(number) })
                try? await trial.sleep(upTo: .milliseconds(500))
            }
            switch manner {
            case .finishing: await connection.finish()
            case .aborting: await connection.abort()
            case .violating: try await connection.send(Datagram(zeros: 50_000))
            default: break
            }
        } catch {
            try require(error != .queueFull, "a send that may wait does not tell of a full queue")
        }
    }
}

/// What one side of a connection does.
private enum Manner: CaseIterable, Sendable {
    case echoing, finishing, closing, aborting, cancelled, silent, deaf, violating

    static func random(_ trial: Trial) -> Manner {
        allCases[trial.chance(0...allCases.count - 1)]
    }
}

extension ConnectionOptions {
    /// Options with which no connection lives on when its peer is gone.
    static var impatient: ConnectionOptions {
        var options = ConnectionOptions()
        options.idleTimeout = .seconds(12)
        options.stallTimeout = .seconds(10)
        options.outboundWatermark = 64 * 1_024
        options.inboundWatermark = 64 * 1_024
        options.maximumDatagramCount = 40_000
        return options
    }
}

extension Datagram {
    /// That many zero bytes.
    fileprivate init(zeros count: Int) {
        self.init(minimumCapacity: count)
        appendPadding(count)
    }
}
