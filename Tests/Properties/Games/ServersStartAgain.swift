import ParleySimulation
import ParleySockets
import ParleyWorld

extension Property {
    /// A server that crashes, and is started again, under its players.
    static let serversStartAgain = Property(
        "servers-start-again",
        "A server that crashes and is started again serves again, and after the last fault "
            + "a new player joins the game within half a minute."
    ) { trial in
        let host = trial.simulation.host("server")
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                try? await host.keepRunning { try await trial.gameServer().run() }
            }
            try await withThrowingTaskGroup(of: Void.self) { players in
                for number in 0..<trial.chance(1...3) {
                    players.addTask { try await comeAndGo(trial, host: "client \(number)") }
                }
                for _ in 0..<trial.chance(1...3) {
                    try await trial.sleep(upTo: .seconds(10))
                    host.crash(for: .milliseconds(trial.chance(1...3_000)))
                }
                try await players.waitForAll()
            }
            trial.simulation.calmDown()
            try await joinWithin(.seconds(30), trial)
            group.cancelAll()
            try await group.waitForAll()
        }
    }

    /// A new player gets in, and a snapshot and a notice, before the time is over.
    private static func joinWithin(_ limit: Duration, _ trial: Trial) async throws {
        let deadline = trial.simulation.clock.now.advanced(by: limit)
        while true {
            if try await isServed(trial) { return }
            try require(
                trial.simulation.clock.now < deadline, "nobody gets in, \(limit) after the storm")
            try await trial.sleep(.milliseconds(500))
        }
    }

    private static func isServed(_ trial: Trial) async throws -> Bool {
        let network = trial.simulation.host("late client")
        var configuration = GameClientConfiguration()
        configuration.ticket = Canary.datagram
        do {
            return try await GameClient<DiaryGame>.play(
                on: "server", port: 9_099, as: "Late", configuration: configuration,
                network: network
            ) { client in
                var gotSnapshot = false
                for await _ in client.snapshots {
                    gotSnapshot = true
                    break
                }
                guard gotSnapshot else { return false }
                for await _ in client.notices { return true }
                return false
            }
        } catch is GameClientError {
            return false
        }
    }
}
