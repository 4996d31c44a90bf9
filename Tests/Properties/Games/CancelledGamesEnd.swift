import ParleySimulation
import ParleySockets
import ParleyWorld

extension Property {
    /// A game server and its players, each cancelled at a random instant.
    static let cancelledGamesEnd = Property(
        "cancelled-games-end",
        "A game server or client that is cancelled, whatever it is doing, has ended within the time "
            + "that closing may take, and all its streams with it."
    ) { trial in
        let farewell = Duration.seconds(2 + 1 + 2 * 2 + 1)
        _ = trial.watchSessions()
        let server = trial.gameServer()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                for await _ in server.events {}
            }
            group.addTask {
                let host = trial.simulation.host("server")
                try await trial.cancelled(within: farewell, name: "server") {
                    try await host.run { try await server.run() }
                }
            }
            for number in 0..<trial.chance(1...4) {
                group.addTask {
                    try await trial.cancelled(within: farewell, name: "client \(number)") {
                        while !Task.isCancelled {
                            try await Visit(trial: trial, host: "client \(number)").run()
                            try await trial.sleep(.milliseconds(100))
                        }
                    }
                }
            }
            try await group.waitForAll()
        }
        try await server.world.check()
        let present = await server.world.players
        try require(present.isEmpty, "\(present) are in the world, and its server has ended")
    }
}
