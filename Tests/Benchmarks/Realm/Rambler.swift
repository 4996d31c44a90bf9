import CBenchmarkBaseline
import Parley
import ParleyHandoff
import ParleyZones
import RealmGame
import Synchronization

/// A player who walks between two places.
final class Rambler: Sendable {
    /// Coins that it was told of.
    struct Gifts: Sendable {
        var given: Int64 = 0
        var received: Int64 = 0
    }

    private struct State: Sendable {
        var diary = Diary()
        var body: (place: SIMD2<Double>, zone: ZoneName)?
        var gifts = Gifts()
        var isSettled = false
        var isResting = false
        var hasLeft = false
    }

    /// The zone that it stays in; nil for one who crosses borders.
    let home: Int?
    private let ends: [SIMD2<Double>]
    private let client: RealmClient<RealmRules>
    private let number: Int
    private let gives: Bool
    private let state = Mutex(State())

    init(number: Int, _ arguments: RoleArguments, _ network: any Network) {
        self.number = number
        gives = arguments["gives"] == 1
        home = arguments["homes"] == 1 && number / 4 % 2 == 1 ? number % 4 : nil
        ends = home.map(Self.ends(inZone:)) ?? Self.ends(overBorder: number % 4, number / 4)
        var configuration = RealmClientConfiguration()
        configuration.discardsNotices = !gives
        client = RealmClient(
            at: Travellers.worlds(arguments), as: .name("player-\(number)"),
            configuration: configuration, network: network)
    }

    private static let half = RealmRules.side / 2

    /// Two places in the middle of a zone.
    private static func ends(inZone number: Int) -> [SIMD2<Double>] {
        let middle = SIMD2(Double(number % 2), Double(number / 2)) * half + half / 2
        return [middle - [10, 0], middle + [10, 0]]
    }

    /// A place on either side of one of the four borders, far enough from it that a client has seconds to connect ahead.
    private static func ends(overBorder border: Int, _ index: Int) -> [SIMD2<Double>] {
        let reach = 15 + Double(index % 10)
        let along = (border / 2 == 0 ? half / 2 : 3 * half / 2) + Double(index % 11) * 3 - 15
        return [-reach, reach].map { reach in
            border % 2 == 0 ? [half + reach, along] : [along, half + reach]
        }
    }

    // MARK: What it has seen

    var diary: Diary { state.withLock { $0.diary } }
    var gifts: Gifts { state.withLock { $0.gifts } }
    var character: CharacterID? { client.character }
    /// Whether it has come to both of its places.
    var isSettled: Bool { state.withLock { $0.isSettled } }
    /// Whether its session is over.
    var hasLeft: Bool { state.withLock { $0.hasLeft } }

    /// Whether its body stands in the area of another zone than its own, and not because it just crosses.
    func isAstray(on map: ZoneMap) -> Bool {
        state.withLock { state in
            guard let body = state.body, let area = map.area(of: body.zone) else { return true }
            return area.distance(to: body.place) > 3
        }
    }

    func begin(at now: Int64) { state.withLock { $0.diary.begin(at: now) } }

    /// Stands still and gives nothing from now on.
    func rest() { state.withLock { $0.isResting = true } }

    // MARK: Playing

    /// Plays until its session ends, or until cancelled. It begins when those before it have made room.
    func play() async throws {
        let loop = client.network.nextLoop()
        try await withTaskExecutorPreference(loop.taskExecutor) { try await live() }
        state.withLock { $0.hasLeft = true }
    }

    private func live() async throws {
        try await client.network.clock.sleep(for: .milliseconds(50 * number))
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                do {
                    try await self.client.run()
                } catch {
                    Suite.complain("player \(self.number) has left: \(error)")
                }
            }
            group.addTask { try await self.walk() }
            if gives {
                group.addTask { try await self.give() }
                group.addTask { await self.listen() }
            }
            try await group.next()
            group.cancelAll()
        }
    }

    /// Looks each 20 ms, which is the precision of what it measures.
    private func walk() async throws {
        let clock = client.network.clock
        var goals = (next: 0, reached: 0)
        while true {
            try await clock.sleep(for: .milliseconds(20))
            let frame = client.frame()
            let isResting = state.withLock { state in
                state.diary.note(frame, wrong: 0, at: bench_now())
                if let frame, let me = frame.me { state.body = (me.position, frame.zone) }
                return state.isResting
            }
            guard let me = frame?.me else { continue }
            var way = ends[goals.next] - me.position
            if (way * way).sum() < 1 {
                goals = ((goals.next + 1) % 2, goals.reached + 1)
                way = ends[goals.next] - me.position
                if goals.reached == 2 { state.withLock { $0.isSettled = true } }
            }
            let command = isResting ? RealmRules.idle : RealmRules.Command(towards: way)
            if client.command != command { client.command = command }
        }
    }

    /// Gives a coin to whoever is near, each 5 s, and not at the same time as the others.
    private func give() async throws {
        let clock = client.network.clock
        try await clock.sleep(for: .milliseconds(number * 997 % 5_000))
        while true {
            try await clock.sleep(for: .seconds(5))
            if state.withLock({ $0.isResting }) { continue }
            try client.request(.give)
        }
    }

    private func listen() async {
        for await notice in client.notices {
            guard case .gift(let giver, let receiver) = notice, let character else { continue }
            let me = UInt32(truncatingIfNeeded: character.rawValue)
            state.withLock { state in
                state.gifts.given += giver == me ? 1 : 0
                state.gifts.received += receiver == me ? 1 : 0
            }
        }
    }
}
