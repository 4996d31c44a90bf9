import ParleyProtocol
import ParleySimulation
import ParleySockets
import ParleyWorld
import Synchronization
import TestGames
import Testing

/// The figures of `Documentation/Performance.md` that simulation can give exactly.
@Suite struct TargetTests {
    @Test(arguments: 1...3 as ClosedRange<UInt64>)
    func fewCommandsAreMissedAt4G(seed: UInt64) throws {
        let minute = try PlayedMinute(seed: seed, links: .lte)
        print("FIG 4g seed \(seed): \(minute)")
        #expect(minute.missedShare < 0.005)
    }

    @Test(arguments: 1...3 as ClosedRange<UInt64>)
    func correctionsAreRareWith5PercentLoss(seed: UInt64) throws {
        var links = LinkProfile(latency: .milliseconds(75), jitter: .milliseconds(5))
        links.loss = .independent(0.05)
        let minute = try PlayedMinute(seed: seed, links: links)
        print("FIG 150ms 5% seed \(seed): \(minute)")
        #expect(minute.corrections <= 1)
    }

    @Test func aCommandHasItsEffectOnLocalhostWithinTwoTicks() throws {
        let delays = try CommandDelays.measure(seed: 1)
        print("FIG localhost \(delays)")
        #expect(delays.count > 50)
        #expect(delays.max() ?? .nan <= 2)
    }

    @Test func whoJoins5000EntitiesPlaysWithinASecondAt4G() throws {
        let join = try LateJoin(seed: 1, sheep: 5_000)
        print("FIG join \(join)")
        #expect(join.ownBody < .seconds(1))
        #expect(join.nearest50 < .seconds(1))
    }
}

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
            let world = MeadowWorld(publish: { show in
                guard let entry = show.entries.first else { return }
                // Position and velocity.
                let words = show.words[entry.words].prefix(4)
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

/// How long it takes who joins a crowded meadow at 4G, from connecting on.
struct LateJoin {
    let ownBody: Duration
    let nearest50: Duration
    let all: Duration

    init(seed: UInt64, sheep: Int) throws {
        let simulation = Simulation(seed: seed, links: .lte)
        let times = try simulation.run { simulation in
            var sight = InterestGrid.Configuration()
            // From the middle one sees all of it.
            sight.radius = 150
            sight.shownCount = sheep + 1
            let world = MeadowWorld(sheep: sheep, moving: 500, sight: sight)
            let nearest = await world.sheep.all
                .sorted { Self.distance($0.entity) < Self.distance($1.entity) }
                .prefix(50).map(\.handle)
            let server = GameServer(
                world: world, configuration: .init(port: 9_000),
                network: simulation.host("server"))
            return try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await server.run() }
                _ = try await server.ready()
                try await simulation.clock.sleep(for: .seconds(2))
                defer { group.cancelAll() }
                let start = simulation.clock.now
                return try await PredictingClient<Meadow>.play(
                    on: "server", port: 9_000, as: "Ann", network: simulation.host("ann")
                ) { try await Self.watch($0, since: start, nearest, sheep: sheep) }
            }
        }
        (ownBody, nearest50, all) = times
    }

    private static func distance(_ sheep: Sheep) -> Double {
        let way = sheep.position - SIMD2(100, 100)
        return (way * way).sum()
    }

    private static func watch(
        _ client: PredictingClient<Meadow>, since start: NetworkInstant,
        _ nearest: [EntityHandle], sheep: Int
    ) async throws -> (Duration, Duration, Duration) {
        let clock = client.network.clock
        var (own, near): (Duration?, Duration?)
        for await frame in client.frames {
            let elapsed = start.duration(to: clock.now)
            guard frame.me != nil else { continue }
            own = own ?? elapsed
            if near == nil, nearest.allSatisfy(frame.received.contains) { near = elapsed }
            if frame.received.entities.count >= sheep {
                return (own ?? elapsed, near ?? elapsed, elapsed)
            }
        }
        throw CancellationError()
    }
}
