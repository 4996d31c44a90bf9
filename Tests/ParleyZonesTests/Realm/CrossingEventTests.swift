import ParleyHandoff
import ParleySimulation
import ParleyWorld
import ParleyZones
import TestGames
import Testing

/// What happens to a player who is at a border just then.
@Suite struct CrossingEventTests {
    /// Milliseconds after the player has seen its body pass the border. The zones hand it over between 100 and 250 ms later.
    static let moments = [0, 100, 140, 180, 400]

    @Test(arguments: moments) func aKickEndsTheSessionAtEachStep(moment: Int) throws {
        let (error, next) = try TestRealm.run(seed: UInt64(moment)) { realm in
            let ann = realm.client("ann")
            let error = try await Self.end(of: ann, in: realm, after: moment) {
                await realm.world?.kick(try #require(ann.character))
            }
            try await realm.wait { await Self.population(of: realm) == [] }
            let next = realm.client("ann", on: "laptop")
            return (error, try await Self.plays(next, in: realm))
        }
        #expect(error == .kicked)
        #expect(next, "the next login is allowed")
    }

    @Test(arguments: moments) func aBanEndsTheSessionAtEachStep(moment: Int) throws {
        let (error, next) = try TestRealm.run(seed: UInt64(moment)) { realm in
            let ann = realm.client("ann")
            let error = try await Self.end(of: ann, in: realm, after: moment) {
                await realm.world?.ban(try #require(ann.character))
            }
            try await realm.wait { await Self.population(of: realm) == [] }
            let next: RealmClientError?
            do {
                try await realm.client("ann", on: "laptop").run()
                next = nil
            } catch let failure { next = failure as? RealmClientError }
            return (error, next)
        }
        #expect(error == .banned)
        #expect(next == .refused("this account is banned"))
    }

    @Test(arguments: moments) func aLoginReplacesTheSessionAtEachStep(moment: Int) throws {
        let (error, next, population) = try TestRealm.run(seed: UInt64(moment)) { realm in
            let (ann, next) = (realm.client("ann"), realm.client("ann", on: "laptop"))
            return try await withThrowingTaskGroup(of: Void.self) { group in
                let error = try await Self.end(of: ann, in: realm, after: moment) {
                    group.addTask { try await next.run() }
                }
                defer { group.cancelAll() }
                try await realm.wait { next.frame()?.me != nil }
                try await realm.simulation.clock.sleep(for: .seconds(5))
                let population = await Self.population(of: realm)
                return (error, next.frame()?.me != nil, population)
            }
        }
        #expect(error == .replaced)
        #expect(next)
        #expect(population.count == 1, "one zone has the character: \(population)")
    }

    /// The player's machine dies. The character stays for a while, in one zone, and then leaves the realm.
    @Test(arguments: moments) func aClientMayBeGoneAtEachStep(moment: Int) throws {
        let next = try TestRealm.run(seed: UInt64(moment)) { realm in
            let ann = realm.client("ann")
            return try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try? await ann.run() }
                try await Self.pass(the: ann, in: realm, after: moment)
                realm.simulation.host("ann").crash(for: .seconds(3_000))
                group.cancelAll()
                // A crossing that is under way goes on without it.
                try await realm.simulation.clock.sleep(for: .seconds(5))
                let population = await Self.population(of: realm)
                #expect(population.count == 1, "one zone has the character: \(population)")
                try await realm.wait { await Self.population(of: realm) == [] }
                return try await Self.plays(realm.client("ann", on: "laptop"), in: realm)
            }
        }
        #expect(next)
    }

    /// The crossing goes on without its client. The next session begins where the character is on its way to.
    @Test(arguments: [0, 1, 2, 3, 4, 5] as [UInt64])
    func aLoginMeetsACharacterOnItsWay(seed: UInt64) throws {
        let next = try TestRealm.run(seed: seed) { realm in
            let ann = realm.client("ann")
            return try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try? await ann.run() }
                try await Self.pass(the: ann, in: realm, after: 0)
                realm.simulation.host("ann").crash(for: .seconds(3_000))
                group.cancelAll()
                try await realm.wait { await Self.population(of: realm) == [] }
                return try await Self.plays(realm.client("ann", on: "laptop"), in: realm)
            }
        }
        #expect(next)
    }

    // MARK: Walking

    /// Waits until the body of a client that runs has passed the border, and for a while longer.
    private static func pass(
        the client: RealmClient<Meadow>, in realm: TestRealm, after moment: Int
    ) async throws {
        client.command = Meadow.Command(x: 127, y: 0)
        try await realm.wait { (client.frame()?.me?.position.x ?? 0) > 100 }
        try await realm.simulation.clock.sleep(for: .milliseconds(moment))
    }

    /// Walks a player over the border, lets something happen on the way, and returns how the session ended.
    private static func end(
        of client: RealmClient<Meadow>, in realm: TestRealm, after moment: Int,
        _ event: () async throws -> Void
    ) async throws -> RealmClientError? {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await client.run() }
            try await pass(the: client, in: realm, after: moment)
            try await event()
            do {
                try await group.next()
                return nil
            } catch {
                return error as? RealmClientError
            }
        }
    }

    /// Whether a client gets in.
    private static func plays(
        _ client: RealmClient<Meadow>, in realm: TestRealm
    ) async throws -> Bool {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await client.run() }
            defer { group.cancelAll() }
            try await realm.wait { client.frame()?.me != nil }
            return true
        }
    }

    /// The characters that are in, by zone.
    private static func population(of realm: TestRealm) async -> [String] {
        var population: [String] = []
        for name in ["west", "east"] {
            for character in await realm.zone(name)?.world.characters ?? [] {
                population.append("\(character) in \(name)")
            }
        }
        return population
    }
}
