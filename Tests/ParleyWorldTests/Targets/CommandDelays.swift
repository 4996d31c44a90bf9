import ParleyProtocol
import ParleySimulation
import ParleySockets
import ParleyWorld
import TestGames
import Synchronization

/// How many ticks passed from what a hand did to its effect in the server's world.
enum CommandDelays {
    private struct Book {
        var given: NetworkInstant?
        var last: ArraySlice<UInt32>?
        var delays: [Double] = []
    }

    static func measure(seed: UInt64) throws -> [Double] {
        let simulation = Simulation(seed: seed)
        return try simulation.run { simulation in
            let book = Mutex(Book())
            let clock = simulation.clock
            let world = MeadowWorld(publish: { worldSnapshot in
                guard let entry = worldSnapshot.entries.first else { return }
                // Position and velocity.
                let words = worldSnapshot.words[entry.words].prefix(4)
                book.withLock { book in
                    defer { book.last = words }
                    guard let given = book.given, words != book.last else { return }
                    book.delays.append(given.duration(to: clock.now) / .seconds(1) * 60)
                    book.given = nil
                }
            })
            let server = GameServer(
                world: world,
                configuration: .init(port: 9_000, tickRate: 60, snapshotRate: 60),
                network: simulation.host("server"))
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await server.run() }
                _ = try await server.ready()
                try await PredictingClient<Meadow>.play(
                    on: "server", port: 9_000, as: "Ann", network: simulation.host("ann")
                ) { client in
                    _ = try await client.joined()
                    try await clock.sleep(for: .seconds(5))
                    for round in 0..<60 {
                        // Between two ticks, another moment each time.
                        try await clock.sleep(for: .microseconds(500_000 + round * 277))
                        book.withLock { $0.given = clock.now }
                        client.command = Meadow.Command(x: 100, y: 0)
                        try await clock.sleep(for: .milliseconds(100))
                        client.command = Meadow.idle
                        // Until it stands.
                        try await clock.sleep(for: .seconds(4))
                    }
                }
                group.cancelAll()
            }
            return book.withLock { $0.delays }
        }
    }
}
