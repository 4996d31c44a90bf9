import ParleyHandoff
import ParleySimulation
import ParleySockets
import ParleyStore
import ParleyWorld
import ParleyZones
import TestGames
import Testing

/// Zones that are to end.
@Suite struct DrainingTests {
    /// Nobody leaves the realm. The old process may end before the new zone's first snapshot has come: for some ticks there
    /// is no frame then.
    @Test(arguments: [1, 2, 3] as [UInt64])
    func aDrainedZoneHandsItsCharactersToANeighbour(seed: UInt64) throws {
        let (counts, missing, phase) = try TestRealm.run(seed: seed) { realm in
            try await realm.play(as: "ann") { ann in
                try await realm.wait(for: ann, in: "west")
                let west = try #require(realm.zone("west"))
                west.drain()
                var missing = 0
                while ann.frame()?.zone.text != "east" {
                    missing += ann.frame()?.me == nil ? 1 : 0
                    try await realm.simulation.clock.sleep(for: .milliseconds(10))
                }
                // Its process ends with success, and then the realm of this test ends.
                return (west.statistics, missing, try await realm.phase(of: "west"))
            }
        }
        #expect(counts.crossingsOut == 1)
        #expect(counts.departures == 0)
        #expect(missing < 20)
        #expect(phase == .draining)
    }

    /// The program is asked to end: the zone drains first, and for no longer than it is given.
    @Test(arguments: [(false, "east"), (true, nil)] as [(Bool, String?)])
    func aProgramThatIsToEndDrainsFirst(isHeld: Bool, refuge: String?) throws {
        let (time, counts) = try TestRealm.run(seed: 1, zones: ["east"]) { realm in
            let west = try ZoneServer(
                try #require(ZoneName("west")), of: realm.configuration, keys: realm.keys,
                links: .plain, network: realm.simulation.host("west")
            ) { Commons($0) }
            let (isAsked, end) = (Promise<Bool>(), Promise<Duration>())
            return try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    try await west.run(
                        until: { _ = try? await isAsked.value() }, drainingFor: .seconds(4))
                    end.fulfil(realm.simulation.elapsed)
                }
                return try await realm.play(as: "ann") { ann in
                    try await realm.wait(for: ann, in: "west")
                    if isHeld { await west.world.hold(try #require(ann.character)) }
                    try await realm.simulation.clock.sleep(for: .seconds(2))
                    let start = realm.simulation.elapsed
                    isAsked.fulfil(true)
                    let time = try await end.value() - start
                    // The old process may end before the new zone's first snapshot has come.
                    if let refuge { try await realm.wait(for: ann, in: refuge) }
                    return (time, west.statistics)
                }
            }
        }
        #expect(isHeld ? time >= .seconds(4) && time < .seconds(6) : time < .seconds(4))
        #expect(counts.crossingsOut == (isHeld ? 0 : 1) && counts.departures == 0)
    }

    /// The next process of a zone that has drained is ready at once, and that of a zone that was lost waits for the lease.
    @Test(arguments: [true, false])
    func theNextProcessWaitsForNoLease(drains: Bool) throws {
        let (time, holder, incarnation) = try TestRealm.run(seed: 1, zones: ["east"]) { realm in
            let name = try #require(ZoneName("west"))
            func server() throws -> ZoneServer<Commons> {
                try ZoneServer(
                    name, of: realm.configuration, keys: realm.keys, links: .plain,
                    network: realm.simulation.host("west")
                ) { Commons($0) }
            }
            return try await withThrowingTaskGroup(of: Void.self) { group in
                let (first, second) = (try server(), try server())
                let end = Promise<Duration>()
                group.addTask {
                    try await withThrowingTaskGroup(of: Void.self) { running in
                        running.addTask { try await first.run() }
                        try await realm.simulation.clock.sleep(for: .seconds(5))
                        if drains { first.drain() } else { running.cancelAll() }
                        // A zone that is cancelled says so by its error.
                        _ = try? await running.next()
                    }
                    end.fulfil(realm.simulation.elapsed)
                }
                let start = try await end.value()
                group.addTask { try await second.run() }
                var holder: UInt64?
                while second.process == nil {
                    holder = second.holder?.incarnation.rawValue ?? holder
                    try await realm.simulation.clock.sleep(for: .milliseconds(50))
                }
                defer { group.cancelAll() }
                return (
                    realm.simulation.elapsed - start, holder, second.process?.incarnation.rawValue
                )
            }
        }
        #expect(incarnation == 2)
        #expect(drains ? time < .seconds(1) : time > .seconds(3), "\(time)")
        #expect(holder == (drains ? nil : 1))
    }

    /// The first message that says so is dropped, since there is no link.
    @Test(arguments: [1, 2, 3] as [UInt64])
    func aZoneRepeatsThatItDrains(seed: UInt64) throws {
        let phases = try TestRealm.run(seed: seed) { realm in
            try await realm.play(as: "ann") { ann in
                try await realm.wait(for: ann, in: "west")
                // Who may not leave keeps the zone from ending.
                if let character = ann.character {
                    await realm.zone("west")?.world.hold(character)
                }
                realm.cut(true, "west", "world")
                // Nothing is sent where there is no link, and a silent link is closed after three seconds.
                try await realm.simulation.clock.sleep(for: .milliseconds(3_600))
                realm.zone("west")?.drain()
                try await realm.simulation.clock.sleep(for: .milliseconds(100))
                let before = try await realm.phase(of: "west")
                realm.cut(false, "west", "world")
                let mended = realm.simulation.elapsed
                while try await realm.phase(of: "west") != .draining,
                    realm.simulation.elapsed - mended < .seconds(8)
                {
                    try await realm.simulation.clock.sleep(for: .milliseconds(50))
                }
                return (before, try await realm.phase(of: "west"))
            }
        }
        #expect(phases.0 == .ready)
        #expect(phases.1 == .draining)
    }

    /// Who may not cross leaves the realm in the end, and its state is kept.
    @Test func aDrainingZoneDoesNotWaitForever() throws {
        let (counts, time) = try TestRealm.run(seed: 1) { realm in
            try await realm.play(as: "ann") { ann in
                try await realm.wait(for: ann, in: "west")
                let west = try #require(realm.zone("west"))
                if let character = ann.character { await west.world.hold(character) }
                let start = realm.simulation.elapsed
                west.drain()
                try await realm.wait(for: ann, in: "east")
                return (west.statistics, realm.simulation.elapsed - start)
            }
        }
        #expect(counts.departures == 1)
        #expect(counts.crossingsOut == 0)
        #expect(time >= .seconds(10) && time < .seconds(15))
    }
}

extension TestRealm {
    /// What the store says that a zone does.
    func phase(of zone: String) async throws -> ZoneRecord.Phase? {
        guard case .done(let zones) = await store.perform(ListZones()) else { return nil }
        return zones.first { $0.life.zone.text == zone }?.phase
    }

    /// Cuts all that two hosts say to each other, or mends it.
    func cut(_ isCut: Bool, _ left: String, _ right: String) {
        let (left, right) = (simulation.host(left), simulation.host(right))
        simulation.setCut(isCut, from: left, to: right)
        simulation.setCut(isCut, from: right, to: left)
    }
}
