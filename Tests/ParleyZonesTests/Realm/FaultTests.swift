import ParleyHandoff
import ParleySimulation
import ParleySockets
import ParleyStore
import ParleyWorld
import ParleyZones
import TestGames
import Testing

/// Servers that die, stand still, or are cut off.
@Suite struct FaultTests {
    /// The zone's host crashes, and comes back after two seconds.
    @Test(arguments: [1, 2, 3] as [UInt64])
    func aCrashOfTheZoneLosesASecond(seed: UInt64) throws {
        let (before, after, outage) = try TestRealm.run(seed: seed) { realm in
            try await realm.play(as: "ann") { ann in
                ann.command = Meadow.Command(x: 0, y: 127)
                try await realm.wait(for: ann, in: "west")
                try await realm.wait { (ann.frame()?.me?.position.y ?? 0) > 70 }
                ann.command = Meadow.Command(x: 0, y: 0)
                try await realm.simulation.clock.sleep(for: .seconds(2))
                let before = ann.frame()
                let crash = realm.simulation.elapsed
                realm.simulation.host("west").crash(for: .seconds(2))
                try await realm.wait {
                    guard let frame = ann.frame(), let before else { return false }
                    return frame.epoch > before.epoch && frame.me != nil
                }
                return (before, ann.frame(), realm.simulation.elapsed - crash)
            }
        }
        #expect(before?.game.authoritative?.position == after?.game.authoritative?.position)
        // The lease of 5 s and a survey.
        #expect(outage < .seconds(9))
    }

    /// Whoever started a zone's process and saw it end need not wait for its lease.
    @Test(arguments: [1, 2, 3] as [UInt64])
    func aDeathThatIsToldTakesNoLease(seed: UInt64) throws {
        let outage = try TestRealm.run(seed: seed) { realm in
            try await realm.play(as: "ann") { ann in
                try await realm.wait(for: ann, in: "west")
                try await realm.simulation.clock.sleep(for: .seconds(2))
                let before = ann.frame()?.epoch
                let process = try #require(realm.zone("west")?.process)
                let crash = realm.simulation.elapsed
                realm.simulation.host("west").crash(for: .milliseconds(200))
                await realm.world?.declareDead(process)
                try await realm.wait {
                    guard let frame = ann.frame(), let before else { return false }
                    return frame.epoch > before && frame.me != nil
                }
                return realm.simulation.elapsed - crash
            }
        }
        #expect(outage < .seconds(2))
    }

    @Test func aWorldServerListensForPlayersWhereItIsTold() throws {
        let simulation = Simulation(seed: 1)
        let address = try simulation.run { simulation in
            let realm = try TestRealm(simulation)
            let server = WorldServer(
                realm.configuration, store: realm.store, logins: .names, keys: realm.keys,
                links: .plain, host: "127.0.0.1", network: simulation.host("world"))
            return try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await server.run() }
                defer { group.cancelAll() }
                return try await server.ready().players
            }
        }
        #expect(address.isLoopback)
    }

    /// Nothing is lost, and nobody leaves.
    @Test(arguments: [1, 2, 3] as [UInt64])
    func aWorldServerMayStandStillForTwentySeconds(seed: UInt64) throws {
        let (zones, resumed) = try TestRealm.run(seed: seed) { realm in
            try await realm.play(as: "ann") { ann in
                ann.command = Meadow.Command(x: 0, y: 0)
                try await realm.wait(for: ann, in: "west")
                realm.simulation.host("world").pause(for: .seconds(20))
                let pause = realm.simulation.elapsed
                ann.command = Meadow.Command(x: 127, y: 0)
                try await realm.simulation.clock.sleep(for: .seconds(20))
                let during = ann.frame()?.zone.text
                try await realm.wait(for: ann, in: "east")
                return ([during, "east"], realm.simulation.elapsed - pause - .seconds(20))
            }
        }
        #expect(zones == ["west", "east"])
        // The zone thaws with the next heartbeat, the border opens with the next renewal; then there is a way to walk.
        #expect(resumed < .seconds(16))
    }

    /// The world keeps the character for a while, and then lets it leave the realm.
    @Test func aPlayerWhoIsGoneLeavesAfterAWhile() throws {
        let isGone = try TestRealm.run(seed: 1) { realm in
            try await realm.play(as: "ann") { ann in
                try await realm.wait(for: ann, in: "west")
                realm.simulation.host("ann").crash(for: .seconds(3_000))
                try await realm.wait { await realm.zone("west")?.world.characters.isEmpty == true }
                return true
            }
        }
        #expect(isGone)
    }

    /// The first message that says so is dropped, since there is no link. The player goes on in another zone all the same.
    @Test func aDrainedZoneEndsBeyondAPartition() throws {
        let zone = try TestRealm.run(seed: 1) { realm in
            try await realm.play(as: "ann") { ann in
                try await realm.wait(for: ann, in: "west")
                let (west, world) = (
                    realm.simulation.host("west"), realm.simulation.host("world")
                )
                for isCut in [true, false] {
                    realm.simulation.setCut(isCut, from: west, to: world)
                    realm.simulation.setCut(isCut, from: world, to: west)
                    guard isCut else { break }
                    // Nothing is sent where there is no link, and a silent link is closed after three seconds.
                    try await realm.simulation.clock.sleep(for: .milliseconds(3_600))
                    realm.zone("west")?.drain()
                    try await realm.simulation.clock.sleep(for: .milliseconds(100))
                }
                try await realm.wait {
                    ann.frame()?.zone.text == "east" || realm.simulation.elapsed > .seconds(60)
                }
                return ann.frame()?.zone.text
            }
        }
        #expect(zone == "east")
    }
}
