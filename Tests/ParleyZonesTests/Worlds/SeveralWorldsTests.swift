import ParleyHandoff
import ParleySimulation
import ParleyStore
import ParleyWorld
import ParleyZones
import Synchronization
import TestGames
import Testing

/// Two world servers over one store.
@Suite struct SeveralWorldsTests {
    /// Zones spread over the servers, and each server sends players to all of them.
    @Test(arguments: [1, 2, 3] as [UInt64])
    func eachServerSendsPlayersToAllZones(seed: UInt64) throws {
        let (clients, zones) = try TestRealm.run(seed: seed, worlds: 2) { realm in
            try await realm.play(as: "ann") { ann in
                try await realm.play(as: "bob", first: 1) { bob in
                    bob.command = Meadow.Command(x: 127, y: 0)
                    try await realm.wait(for: ann, in: "west")
                    try await realm.wait(for: bob, in: "east")
                    let statistics = (
                        await realm.world(0)?.statistics, await realm.world(1)?.statistics
                    )
                    return (
                        [statistics.0?.clients, statistics.1?.clients],
                        [statistics.0?.zones, statistics.1?.zones]
                    )
                }
            }
        }
        #expect(clients == [1, 1])
        #expect(zones == [2, 2])
    }

    /// A player whose world server is lost or stands still goes on at the other one, by the proof of the session. So do
    /// zones: borders open again.
    @Test(arguments: [1, 2, 3] as [UInt64], [true, false])
    func losingOneLosesNobody(seed: UInt64, crashes: Bool) throws {
        let (crossed, logins, newcomer) = try TestRealm.run(seed: seed, worlds: 2) { realm in
            try await realm.play(as: "ann") { ann in
                try await realm.wait(for: ann, in: "west")
                try await realm.simulation.clock.sleep(for: .seconds(2))
                let host = realm.simulation.host("world")
                if crashes { host.crash(for: .seconds(60)) } else { host.pause(for: .seconds(60)) }
                let start = realm.simulation.elapsed
                ann.command = Meadow.Command(x: 127, y: 0)
                let newcomer = try await realm.play(as: "bob") { bob in
                    try await realm.wait(for: bob, in: "west")
                    return realm.simulation.elapsed - start
                }
                try await realm.wait(for: ann, in: "east")
                let crossed = realm.simulation.elapsed - start
                // Back again, also beyond the return of the server.
                ann.command = Meadow.Command(x: -127, y: 0)
                try await realm.wait(for: ann, in: "west")
                ann.command = Meadow.Command(x: 127, y: 0)
                while realm.simulation.elapsed - start < .seconds(70) {
                    try await realm.simulation.clock.sleep(for: .milliseconds(100))
                }
                return (crossed, ann.statistics.logins, newcomer)
            }
        }
        // The way to the border takes six seconds.
        #expect(crossed < .seconds(10))
        #expect(logins == 1)
        #expect(newcomer < .seconds(4))
    }

    /// A zone that is cut off from the server that was asked hears of its end from the other one.
    @Test(arguments: [1, 2, 3] as [UInt64])
    func anotherServerFinishesADrain(seed: UInt64) throws {
        let (isDone, counts) = try TestRealm.run(seed: seed, worlds: 2) { realm in
            try await realm.play(as: "ann", first: 1) { ann in
                try await realm.wait(for: ann, in: "west")
                try await realm.simulation.clock.sleep(for: .seconds(2))
                let west = try #require(realm.zone("west"))
                realm.cut(true, "west", "world")
                let isDone = await realm.world?.drain(west.name)
                realm.simulation.host("world").crash(for: .seconds(60))
                try await realm.wait(for: ann, in: "east")
                return (isDone, west.statistics)
            }
        }
        #expect(isDone == true)
        #expect(counts.crossingsOut == 1 && counts.departures == 0)
    }

    /// Both watch the heartbeats. A zone that is cut off from one of them is heard by the other, and nobody gives it up.
    @Test(arguments: [1, 2, 3] as [UInt64])
    func aZoneThatOneServerHearsIsNotGivenUp(seed: UInt64) throws {
        let (before, after, crossings) = try TestRealm.run(seed: seed, worlds: 2) { realm in
            try await realm.play(as: "ann") { ann in
                try await realm.wait(for: ann, in: "west")
                let zones = [try #require(realm.zone("west")), try #require(realm.zone("east"))]
                let before = zones.map(\.process)
                for world in ["world", "world-1", "world"] {
                    realm.cut(true, "west", world)
                    realm.cut(true, "east", world)
                    let x: Int8 = ann.frame()?.zone.text == "west" ? 127 : -127
                    ann.command = Meadow.Command(x: x, y: 0)
                    try await realm.wait(for: ann, in: x > 0 ? "east" : "west")
                    try await realm.simulation.clock.sleep(for: .seconds(6))
                    realm.cut(false, "west", world)
                    realm.cut(false, "east", world)
                    try await realm.simulation.clock.sleep(for: .seconds(2))
                }
                return (before, zones.map(\.process), ann.statistics.crossings)
            }
        }
        #expect(before == after)
        #expect(crossings == 3)
    }
}
