import Parley
import ParleySimulation
import Synchronization
import Testing

@testable import ArenaGame

/// A touch on the tagger's screen counts, within a limit.
@Suite struct LagTests {
    private static let tagger = EntityID(rawValue: 1)
    private static let prey = EntityID(rawValue: 2)

    /// Both run to the east, one at some distance behind the other.
    ///
    /// - Parameter lag: How many ticks in the past the tagger sees the other.
    /// - Returns: The step of the tag, if there is one.
    private func chase(gap: Double, lag: Double?) -> Int? {
        var state = ArenaState(map: ArenaMap(side: 60, obstacles: []))
        state.enter(Self.tagger, at: Vector(35, 30))
        state.enter(Self.prey, at: Vector(35 + gap, 30))
        for number in 1...120 {
            let view = lag.map { TickTime(ticks: Double(number) - $0) }
            let east = ArenaMessages.Command(Wish(direction: Vector(1, 0)))
            state.steer(Self.tagger, east, seeing: view)
            state.steer(Self.prey, east)
            if state.step(number) == Tag(tagger: Self.tagger, tagged: Self.prey) { return number }
        }
        return nil
    }

    @Test func withoutALaggingViewTheTagMisses() {
        #expect(chase(gap: 1.5, lag: nil) == nil)
        #expect(chase(gap: 1.5, lag: 0) == nil)
        #expect(chase(gap: 0.79, lag: nil) == 1)
    }

    /// Ten ticks of 5 m/s are 0.83 m, so what is 1.5 m away is 0.67 m away on the screen.
    @Test func aTouchOnTheScreenCounts() throws {
        let number = try #require(chase(gap: 1.5, lag: 10))
        #expect((9...12).contains(number))
    }

    /// A quarter of a second at 5 m/s is 1.25 m: no tagger reaches farther than that and a touch.
    @Test(arguments: [15, 20, 100, 1e9]) func aLieReachesNotFartherThanTheLimit(lag: Double) {
        #expect(chase(gap: 2.0, lag: lag) != nil)
        #expect(chase(gap: 2.1, lag: lag) == nil)
    }

    @Test func aViewOfTheFutureIsNow() {
        #expect(chase(gap: 1.5, lag: -100) == nil)
    }

    /// With 75 ms in each direction the tagger's view is a quarter of a second old.
    @Test(arguments: 1...4 as ClosedRange<UInt64>)
    func overALongWayATouchOnTheScreenCounts(seed: UInt64) throws {
        let simulation = Simulation(
            seed: seed, links: LinkProfile(latency: .milliseconds(75), jitter: .milliseconds(3)))
        let chase = Chase()
        try simulation.run(for: .seconds(60)) { simulation in
            try await chase.run(in: simulation)
        }
        let tag = try #require(chase.tag)
        // On the server the two are too far apart to touch.
        #expect(tag.real > 1.1, "\(tag)")
        #expect(tag.seen < 2 * ArenaRules.bodyRadius + 0.1, "\(tag)")
    }
}

/// Two players over long paths. They run to the east, "it" behind the other.
private final class Chase: Sendable {
    /// The distance of the two in a tick: on the server, and on the tagger's screen.
    struct Distances {
        var real: Double
        var seen: Double
    }

    private struct State {
        var real: [Tick: Double] = [:]
        var seen: [Tick: Double] = [:]
        var taggedAt: Tick?
    }

    private let state = Mutex(State())
    private let me = EntityID(rawValue: 1)
    private let other = EntityID(rawValue: 2)

    /// The distances in the tick of the tag; nil without a tag.
    var tag: Distances? {
        state.withLock { state in
            guard let tick = state.taggedAt, let real = state.real[tick.advanced(by: -1)] else {
                return nil
            }
            let seen = state.seen.filter { abs($0.key.distance(to: tick)) <= 2 }.values.min()
            return Distances(real: real, seen: seen ?? .infinity)
        }
    }

    func run(in simulation: Simulation) async throws {
        let world = ArenaWorld(npcs: 0) { snapshot in self.note(snapshot) }
        let server = GameServer(
            world: world,
            configuration: .init(port: 9099, tickRate: 60, snapshotRate: 60),
            network: simulation.host("server"))
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await server.run() }
            _ = try await server.ready()
            let (tagger, prey) = (simulation.host("tagger"), simulation.host("prey"))
            group.addTask { try await self.play("Tagger", on: tagger) }
            try await simulation.clock.sleep(for: .seconds(2))
            group.addTask { try await self.play("Prey", on: prey) }
            try await simulation.clock.sleep(for: .seconds(3))
            await world.put(1.5)
            try await simulation.clock.sleep(for: .seconds(6))
            group.cancelAll()
        }
    }

    /// Stands for six seconds of the server's time, and then runs.
    private func play(_ name: String, on host: SimulatedHost) async throws {
        try await PredictingClient<ArenaRules>.play(
            on: "server", port: 9099, as: name, network: host
        ) { client in
            for await frame in client.frames {
                self.note(frame)
                guard frame.tick > TickTime(Tick(number: 6 * 60)) else { continue }
                client.command = ArenaMessages.Command(Wish(direction: Vector(1, 0)))
            }
        }
    }

    private func note(_ snapshot: ArenaSnapshot) {
        let walkers = snapshot.walkers.values
        guard let first = walkers.first(where: { $0.id == me }),
            let second = walkers.first(where: { $0.id == other })
        else { return }
        state.withLock { state in
            state.real[snapshot.tick] = first.spot.distance(to: second.spot)
            if snapshot.it == other, state.taggedAt == nil { state.taggedAt = snapshot.tick }
        }
    }

    private func note(_ frame: GameFrame<ArenaRules>) {
        guard let body = frame.me, body.id == me,
            let second = frame.entities(of: ArenaRules.bodies).first?.state
        else { return }
        state.withLock { $0.seen[frame.tick.tick] = body.spot.distance(to: second.spot) }
    }
}

extension ArenaWorld {
    /// Puts the first two players on free ground, one at some distance behind the other.
    fileprivate func put(_ gap: Double) {
        state[EntityID(rawValue: 1)]?.position = Vector(5, 38)
        state[EntityID(rawValue: 2)]?.position = Vector(5 + gap, 38)
    }
}
