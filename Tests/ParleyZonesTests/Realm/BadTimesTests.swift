import ParleyHandoff
import ParleySimulation
import ParleyStore
import ParleyWorld
import ParleyZones
import TestGames
import Testing

/// Servers that stand still for long, are there twice, or wait for a slow store.
@Suite struct BadTimesTests {
    /// The zone's process is stopped for a minute. Its players go on in the next zone; when it wakes it has nobody, and ends.
    @Test(arguments: [1, 2] as [UInt64]) func aZoneMayWakeAfterAMinute(seed: UInt64) throws {
        let (zone, owners, old) = try TestRealm.run(seed: seed) { realm in
            try await realm.play(as: "ann") { ann in
                try await realm.wait(for: ann, in: "west")
                try await realm.simulation.clock.sleep(for: .seconds(2))
                let old = try #require(realm.zone("west")?.process)
                realm.simulation.host("west").pause(for: .seconds(60))
                try await realm.wait(for: ann, in: "east")
                let zone = ann.frame()?.zone.text
                try await realm.simulation.clock.sleep(for: .seconds(70))
                // West has registered anew, and holds nobody that east has.
                try await realm.wait { realm.zone("west")?.process.map { $0 != old } ?? false }
                var owners = 0
                for name in ["west", "east"] {
                    owners += realm.zone(name)?.characters.count ?? 0
                }
                return (zone, owners, old)
            }
        }
        #expect(zone == "east")
        #expect(owners == 1)
        #expect(old.zone.text == "west")
    }

    /// The zone behind the border stands still while a client is on its way there: the seat is over, and the client shows the
    /// token of the next one.
    @Test(arguments: [1, 2, 3, 4] as [UInt64]) func aSeatThatIsOverIsTakenAnew(seed: UInt64) throws
    {
        let zone = try TestRealm.run(seed: seed) { realm in
            try await realm.play(as: "ann") { ann in
                try await realm.wait(for: ann, in: "west")
                ann.command = Meadow.Command(x: 127, y: 0)
                try await realm.wait { ann.statistics.connections == 2 }
                realm.simulation.host("east").pause(for: .seconds(3))
                try await realm.wait(for: ann, in: "east")
                return ann.frame()?.zone.text
            }
        }
        #expect(zone == "east")
    }

    /// A second process of a zone's name is started by mistake. The store gives the name to one process at a time, and the first
    /// one keeps its players.
    @Test func aZoneIsThereOnce() throws {
        let (second, plays) = try TestRealm.run(seed: 1) { realm in
            try await realm.play(as: "ann") { ann in
                try await realm.wait(for: ann, in: "west")
                let name = try #require(ZoneName("west"))
                let second = try ZoneServer(
                    name, of: realm.configuration, keys: realm.keys, links: .plain,
                    network: realm.simulation.host("spare")
                ) { Commons($0) }
                return try await withThrowingTaskGroup(of: Void.self) { group in
                    group.addTask { try? await second.run() }
                    try await realm.simulation.clock.sleep(for: .seconds(4))
                    let process = second.process
                    group.cancelAll()
                    try await realm.simulation.clock.sleep(for: .seconds(10))
                    try await realm.wait { ann.frame()?.me != nil }
                    return (process, realm.zone("west")?.isFrozen == false)
                }
            }
        }
        #expect(second == nil, "the name is taken")
        #expect(plays)
    }

    /// Each call of the store takes three seconds, for a minute: borders may be walls, and nobody leaves.
    @Test(arguments: [1, 2] as [UInt64]) func aStoreMayBeSlowForAMinute(seed: UInt64) throws {
        let (gone, zone) = try TestRealm.run(seed: seed) { realm in
            try await realm.play(as: "ann") { ann in
                try await realm.wait(for: ann, in: "west")
                var slow = StoreFaults()
                slow.latency = .seconds(3) ... .seconds(3)
                await realm.store.setFaults(slow)
                var gone = 0
                for _ in 0..<600 {
                    try await realm.simulation.clock.sleep(for: .milliseconds(100))
                    gone += ann.frame()?.me == nil ? 1 : 0
                }
                await realm.store.setFaults(.none)
                ann.command = Meadow.Command(x: 127, y: 0)
                try await realm.wait(for: ann, in: "east")
                return (gone, ann.frame()?.zone.text)
            }
        }
        #expect(gone == 0, "frames without the body")
        #expect(zone == "east")
    }

    /// A crowded zone dies. All of its characters are with a process that lives soon after.
    @Test func aCrowdIsInAZoneThatDies() throws {
        let count = 200
        let (rows, homeless) = try TestRealm.run(seed: 1) { realm in
            try await realm.wait { realm.zone("west")?.process != nil }
            let process = try #require(realm.zone("west")?.process)
            let accounts = AccountService(store: realm.store, logins: .names)
            for number in 0..<count {
                let name = try #require(AccountName("sleeper-\(number)"))
                let login = try #require(await accounts.logIn(name, at: 0).value)
                _ = await realm.store.perform(
                    Enter(
                        login.record.character, login: login.record.login, into: process,
                        mark: UInt64(number)))
            }
            realm.simulation.host("west").crash(for: .milliseconds(200))
            await realm.world?.declareDead(process)
            var homeless = count
            for _ in 0..<60 where homeless > 0 {
                try await realm.simulation.clock.sleep(for: .seconds(1))
                let zones = ["west", "east"].compactMap { realm.zone($0)?.process }
                homeless = await realm.store.records.count { row in
                    row.place.map { !zones.contains($0) } ?? false
                }
            }
            return (await realm.store.records.count, homeless)
        }
        #expect(rows == count)
        #expect(homeless == 0)
    }
}
