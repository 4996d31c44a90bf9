import ParleySimulation
import ParleySockets
import ParleyWorld

extension Property {
    /// Players that come and go, and some that crash.
    static let sessionsAreClean = Property(
        "sessions-are-clean",
        "Each session ends with success or a typed error; its notices arrive in order and "
            + "without gaps; ticks never go back; no player stays when its client has gone."
    ) { trial in
        _ = trial.watchSessions()
        let server = trial.gameServer()
        try await trial.serving(server) {
            _ = try await server.ready()
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in 0..<trial.chance(1...5) {
                    group.addTask { try await comeAndGo(trial, host: "client \(number)") }
                }
                try await group.waitForAll()
            }
            trial.simulation.faults = .none
            // The time-out of players, the time they have to come back, and what a clog, a partition
            // and a pause may add to it.
            try await trial.wait(.seconds(45), for: "the last player leaves") {
                await server.statistics.players == 0
            }
        }
    }

    /// A player's evening on one host, which may crash.
    static func comeAndGo(_ trial: Trial, host: String) async throws {
        let visits = Counter(trial.chance(1...3))
        try await trial.sleep(upTo: .seconds(2))
        try await trial.simulation.host(host).keepRunning {
            while visits.takeOne() {
                try await Visit(trial: trial, host: host).run()
                try await trial.sleep(upTo: .seconds(2))
            }
        }
    }
}
