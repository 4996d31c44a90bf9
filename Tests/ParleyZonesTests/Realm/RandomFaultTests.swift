import ParleyHandoff
import ParleySimulation
import ParleyWorld
import ParleyZones
import Synchronization
import TestGames
import Testing

/// Players who walk to and fro over a border, make requests all the time, and are struck by whatever may happen.
@Suite struct RandomFaultTests {
    /// What was seen in one realm.
    struct Outcome: Sendable {
        /// Moments at which two zones that were not frozen had a character in.
        var doubles: [String] = []
        /// Players who did not play again in time, and why.
        var stranded: [String] = []
        /// What is wrong with the requests that were applied.
        var miscounts: [String] = []
        /// How often somebody has crossed the border since the faults.
        var crossings = 0
    }

    static let names = ["ann", "bob", "cid"]

    @Test(arguments: [2, 3, 5, 6, 13, 17] as [UInt64])
    func calmFollowsFaults(seed: UInt64) throws {
        let outcome = try TestRealm.run(seed: seed, links: .lte) { realm in
            try await Self.play(in: realm)
        }
        #expect(outcome.doubles == [])
        #expect(outcome.stranded == [])
        #expect(outcome.miscounts == [])
        #expect(outcome.crossings > 0)
    }

    private static func play(in realm: TestRealm) async throws -> Outcome {
        let players = names.map { Player($0, realm.client($0)) }
        let watch = ZoneWatch()
        return try await withThrowingTaskGroup(of: Outcome?.self) { group in
            for player in players {
                group.addTask {
                    try await player.client.run()
                    return nil
                }
                group.addTask {
                    for await notice in player.client.notices { player.hear(notice.number) }
                    return nil
                }
                group.addTask {
                    try await player.walk(in: realm)
                    return nil
                }
            }
            group.addTask {
                while true {
                    await watch.look(at: realm)
                    try await realm.simulation.clock.sleep(for: .milliseconds(20))
                }
            }
            group.addTask { try await judge(players, watch, in: realm) }
            defer { group.cancelAll() }
            while let result = try await group.next() {
                if let result { return result }
            }
            throw CancellationError()
        }
    }

    /// Waits for all to play, lets faults strike for a while, and looks whether all play again.
    private static func judge(
        _ players: [Player], _ watch: ZoneWatch, in realm: TestRealm
    ) async throws -> Outcome {
        let simulation = realm.simulation
        try await realm.wait { players.allSatisfy { $0.plays(in: realm) } }
        var random = simulation.host("world").makeRandomNumberGenerator()
        var crashes = 0
        for _ in 0..<8 {
            try await simulation.clock.sleep(
                for: .milliseconds(.random(in: 0...4_000, using: &random)))
            // A zone that dies again and again before it has written a character's state sets it aside.
            crashes += strike(watch, in: realm, mayCrash: crashes < 2, &random) ? 1 : 0
        }
        // The longest fault.
        try await simulation.clock.sleep(for: .seconds(8))
        let calm = simulation.elapsed
        while simulation.elapsed - calm < .seconds(15),
            !players.allSatisfy({ $0.plays(in: realm) })
        {
            try await simulation.clock.sleep(for: .milliseconds(50))
        }
        var outcome = Outcome()
        for player in players where !player.plays(in: realm) {
            outcome.stranded.append("\(player.name): \(player.client.connectionState)")
        }
        // Somebody crosses again.
        let before = crossings(players)
        for _ in 0..<300 where crossings(players) == before {
            try await simulation.clock.sleep(for: .milliseconds(100))
        }
        for player in players { player.stopAsking() }
        // A zone takes 20 requests a second, and some seconds of them wait.
        for _ in 0..<300 where players.contains(where: { $0.miscount(losses: watch.losses) != nil })
        {
            try await simulation.clock.sleep(for: .milliseconds(100))
        }
        outcome.doubles = watch.doubles
        outcome.crossings = crossings(players) - before
        for player in players {
            if let complaint = player.miscount(losses: watch.losses) {
                outcome.miscounts.append("\(player.name): \(complaint)")
            }
        }
        return outcome
    }

    private static func crossings(_ players: [Player]) -> Int {
        players.reduce(0) { $0 + $1.client.statistics.crossings }
    }

    /// Lets one fault strike.
    ///
    /// - Returns: Whether it was a crash.
    private static func strike(
        _ watch: ZoneWatch, in realm: TestRealm, mayCrash: Bool,
        _ random: inout some RandomNumberGenerator
    ) -> Bool {
        let simulation = realm.simulation
        switch Int.random(in: (mayCrash ? 0 : 1)..<4, using: &random) {
        case 0:
            let zone = Bool.random(using: &random) ? "west" : "east"
            watch.dies(realm.zone(zone))
            simulation.host(zone).crash(for: .seconds(2))
            return true
        case 1:
            simulation.host("world").pause(
                for: .milliseconds(.random(in: 0...8_000, using: &random)))
        default:
            let hosts = ["west", "east", "world"] + names
            let directions = SimulatedHost.Direction.allCases
            simulation.host(hosts[.random(in: 0..<hosts.count, using: &random)]).isolate(
                directions[.random(in: 0..<directions.count, using: &random)],
                for: .milliseconds(.random(in: 0...4_000, using: &random)))
        }
        return false
    }
}

/// A client, how many requests it has made, and which it was told of.
private final class Player: Sendable {
    let name: String
    let client: RealmClient<Meadow>
    private let state = Mutex((asked: UInt32(0), heard: [UInt32](), asks: true))

    init(_ name: String, _ client: RealmClient<Meadow>) {
        self.name = name
        self.client = client
    }

    func hear(_ number: UInt32) { state.withLock { $0.heard.append(number) } }

    func stopAsking() { state.withLock { $0.asks = false } }

    /// Whether it plays in a zone that has it.
    func plays(in realm: TestRealm) -> Bool {
        guard case .playing(let zone) = client.connectionState, let frame = client.frame(),
            frame.me != nil, frame.zone == zone
        else { return false }
        return realm.zone(zone.text)?.isFrozen == false
    }

    /// Goes to and fro over the border, with a request each 100 ms.
    func walk(in realm: TestRealm) async throws {
        client.command = Meadow.Command(x: 127, y: 0)
        while true {
            try await realm.simulation.clock.sleep(for: .milliseconds(100))
            if let x = client.frame()?.me?.position.x {
                if x > 115 { client.command = Meadow.Command(x: -127, y: 0) }
                if x < 85 { client.command = Meadow.Command(x: 127, y: 0) }
            }
            guard state.withLock(\.asks) else { continue }
            state.withLock { $0.asked += 1 }
            try client.request(.sitDown)
        }
    }

    /// What is wrong with the numbers that it was told; nil if nothing is.
    ///
    /// - Parameter losses: How many zones have died: each takes a character back by a second at the most.
    func miscount(losses: Int) -> String? {
        let (asked, heard, _) = state.withLock { $0 }
        var returns = 0
        for (last, next) in zip([0] + heard, heard) where next != last + 1 {
            guard next <= last else { return "after \(last) came \(next)" }
            returns += 1
        }
        if returns > losses { return "\(returns) returns for \(losses) losses" }
        return heard.last == asked ? nil : "asked \(asked), heard of \(heard.last ?? 0)"
    }
}

/// Looks for characters that two zones have in.
private final class ZoneWatch: Sendable {
    private let state = Mutex(
        (
            seen: [ObjectIdentifier: ZoneServer<Commons>](), dead: Set<ObjectIdentifier>(),
            doubles: [String]()
        ))

    var doubles: [String] { state.withLock { Array($0.doubles.prefix(5)) } }

    /// How many processes have ended.
    var losses: Int { state.withLock { $0.seen.count - 2 } }

    /// The process of a host that crashes.
    func dies(_ server: ZoneServer<Commons>?) {
        if let server { state.withLock { _ = $0.dead.insert(ObjectIdentifier(server)) } }
    }

    func look(at realm: TestRealm) async {
        var zones: [CharacterID: [String]] = [:]
        for name in ["west", "east"] {
            guard let server = realm.zone(name) else { continue }
            let isDead = state.withLock { state in
                state.seen[ObjectIdentifier(server)] = server
                return state.dead.contains(ObjectIdentifier(server))
            }
            guard !isDead, !server.isFrozen else { continue }
            for character in await server.world.characters {
                zones[character, default: []].append(name)
            }
        }
        for (character, zones) in zones where zones.count > 1 {
            state.withLock { $0.doubles.append("\(character) at \(realm.simulation.elapsed)") }
        }
    }
}
