import ParleyHandoff
import ParleySimulation
import ParleyStore
import ParleyZones
import Synchronization
import TestGames
import Testing

/// Players who earn coins, give them away and cross a border to and fro, while servers die, stand still or are cut off, and
/// the store loses calls and answers.
@Suite struct RandomDealTests {
    @Test(arguments: [1, 2, 3, 4] as [UInt64])
    func eachDealEndsOnce(seed: UInt64) throws {
        let faults = try TestRealm.run(seed: seed, links: .lte) { realm in
            let players = ["ann", "bob", "cid"].map { Trader($0, realm.client($0)) }
            return try await withThrowingTaskGroup(of: [String]?.self) { group in
                for player in players {
                    group.addTask {
                        try await player.client.run()
                        return nil
                    }
                    group.addTask {
                        try await player.trade(in: realm)
                        return nil
                    }
                }
                group.addTask { try await Self.judge(players, in: realm) }
                defer { group.cancelAll() }
                while let result = try await group.next() {
                    if let result { return result }
                }
                throw CancellationError()
            }
        }
        #expect(faults == [])
    }

    private static func judge(_ players: [Trader], in realm: TestRealm) async throws -> [String] {
        let simulation = realm.simulation
        try await realm.wait { players.allSatisfy { $0.client.frame()?.me != nil } }
        let characters = players.map { realm.character(of: $0.client) }
        var random = simulation.host("world").makeRandomNumberGenerator()
        await realm.store.setFaults(
            StoreFaults(
                latency: .zero ... .milliseconds(150), lostAnswers: 0.05, lostCalls: 0.05,
                serialisationFailures: 0.05, patience: .milliseconds(400)))
        for round in 0..<8 {
            try await simulation.clock.sleep(
                for: .milliseconds(.random(in: 0...4_000, using: &random)))
            strike(round, in: realm, &random)
        }
        try await simulation.clock.sleep(for: .seconds(8))
        await realm.store.setFaults(.none)
        for player in players { player.stop() }
        // All results are there some seconds later: a player's zone may have been given up just now.
        for _ in 0..<400 {
            var complaints: [String] = []
            for (player, character) in zip(players, characters) {
                complaints += await player.complaints(about: character, in: realm)
            }
            if complaints.isEmpty { break }
            try await simulation.clock.sleep(for: .milliseconds(100))
        }
        var complaints = await realm.store.audit().problems
        for (player, character) in zip(players, characters) {
            complaints += await player.complaints(about: character, in: realm)
        }
        return complaints
    }

    private static func strike(
        _ round: Int, in realm: TestRealm, _ random: inout some RandomNumberGenerator
    ) {
        let zone = Bool.random(using: &random) ? "west" : "east"
        let duration = Duration.milliseconds(.random(in: 0...3_000, using: &random))
        switch round {
        // A zone that dies again and again before it has written a character's state sets it aside.
        case 2, 6: realm.simulation.host(zone).crash(for: .seconds(1))
        case 4: realm.simulation.host("world").crash(for: duration)
        default:
            if Bool.random(using: &random) {
                realm.simulation.host("world").pause(for: duration)
            } else {
                realm.simulation.host(zone).isolate(.both, for: duration)
            }
        }
    }
}

/// A player, and how many deals it has asked for.
private final class Trader: Sendable {
    let name: String
    let client: RealmClient<Meadow>
    private let state = Mutex((asked: UInt32(0), asks: true))

    init(_ name: String, _ client: RealmClient<Meadow>) {
        self.name = name
        self.client = client
    }

    func stop() { state.withLock { $0.asks = false } }

    /// Goes to and fro over the border, with a request each 150 ms.
    func trade(in realm: TestRealm) async throws {
        client.command = Meadow.Command(x: 127, y: 0)
        while true {
            try await realm.simulation.clock.sleep(for: .milliseconds(150))
            if let x = client.frame()?.me?.position.x {
                if x > 115 { client.command = Meadow.Command(x: -127, y: 0) }
                if x < 85 { client.command = Meadow.Command(x: 127, y: 0) }
            }
            guard state.withLock(\.asks) else { continue }
            let number = state.withLock { state in
                state.asked += 1
                return state.asked
            }
            try client.request(number % 3 == 1 ? .getUp : .goHome)
        }
    }

    /// What is wrong with the ends of deals that the character's world has heard.
    func complaints(about character: CharacterID, in realm: TestRealm) async -> [String] {
        let asked = state.withLock(\.asked)
        let heard = await realm.heard(by: character)
        let own = heard.filter { UInt64($0.character) == character.rawValue }.map(\.request)
        var complaints: [String] = []
        if own.sorted() != Array(1...max(1, asked)) {
            complaints.append("\(name) asked for \(asked) deals, and heard of \(own)")
        }
        // Another's zone may have died and made the deal again that was void.
        var seen: Set<[UInt32]> = []
        for mark in heard where mark.result != .void {
            if !seen.insert([mark.character, mark.request]).inserted {
                complaints.append("\(name) heard twice of \(mark)")
            }
        }
        let earned = heard.count { $0.isEarned && $0.result == .applied }
        let medals = await realm.amount(of: .medals, of: character)
        if medals != earned { complaints.append("\(name) has \(medals) medals for \(earned)") }
        let coins = await realm.amount(of: .coins, of: character)
        let shown = ["west", "east"].compactMap {
            realm.zone($0)?.world.zone.possessions(of: character)?.amount(of: .coins)
        }
        if shown.last != coins { complaints.append("\(name) has \(coins), and is shown \(shown)") }
        return complaints
    }
}
