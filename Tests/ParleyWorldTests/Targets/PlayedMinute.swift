import ParleyProtocol
import ParleySimulation
import ParleySockets
import ParleyWorld
import TestGames
import Testing

/// What a minute on a link came to, from five seconds after joining on.
struct PlayedMinute {
    let missedShare: Double
    let corrections: UInt64
    /// The longest of them, in metres.
    let largest: Double
    let jumps: Int

    init(seed: UInt64, links: LinkProfile) throws {
        let simulation = Simulation(seed: seed, links: links)
        self = try simulation.run { simulation in
            let server = GameServer(
                world: MeadowWorld(sheep: 20, moving: 20), configuration: .init(port: 9_000),
                network: simulation.host("server"))
            return try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await server.run() }
                _ = try await server.ready()
                defer { group.cancelAll() }
                return try await PredictingClient<Meadow>.play(
                    on: "server", port: 9_000, as: "Ann", network: simulation.host("ann")
                ) { try await Self.play($0, on: server) }
            }
        }
    }

    private init(missedShare: Double, corrections: UInt64, largest: Double, jumps: Int) {
        self.missedShare = missedShare
        self.corrections = corrections
        self.largest = largest
        self.jumps = jumps
    }

    private static func play(
        _ client: PredictingClient<Meadow>, on server: GameServer<MeadowWorld>
    ) async throws -> Self {
        let player = try await client.joined().id
        let clock = client.network.clock
        let start = clock.now
        var before: (commands: CommandStatistics, wrong: UInt64)?
        var largest = 0.0
        for await frame in client.frames {
            let elapsed = start.duration(to: clock.now)
            client.command = Meadow.Command.wandering(at: elapsed)
            guard elapsed > .seconds(5) else { continue }
            largest = max(largest, frame.deviation)
            if before == nil, let commands = server.commandStatistics(of: player) {
                before = (commands, client.statistics.prediction.wrong)
            }
            if elapsed > .seconds(65) { break }
        }
        let now = try #require(server.commandStatistics(of: player))
        let then = try #require(before)
        let missed = now.repeated + now.idle - then.commands.repeated - then.commands.idle
        let onTime = now.onTime - then.commands.onTime
        return Self(
            missedShare: Double(missed) / Double(missed + onTime),
            corrections: client.statistics.prediction.wrong - then.wrong, largest: largest,
            jumps: client.statistics.jumps)
    }
}
