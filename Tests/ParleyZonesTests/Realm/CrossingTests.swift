import ParleyHandoff
import ParleySimulation
import ParleyWorld
import ParleyZones
import TestGames
import Testing

/// Players in a realm of two zones.
@Suite struct CrossingTests {
    /// What a player has seen.
    struct Log: Sendable {
        var zones: [String] = []
        var epochs: [Epoch] = []
        var framesWithoutBody = 0
        var longestJump = 0.0
        var notices: [UInt32] = []
    }

    @Test(arguments: [1, 2, 3] as [UInt64])
    func aPlayerWalksIntoTheNextZone(seed: UInt64) throws {
        let (log, statistics) = try TestRealm.run(seed: seed) { realm in
            let ann = realm.client("ann")
            return await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await ann.run() }
                ann.command = Meadow.Command(x: 127, y: 0)
                var log = Log()
                var last: SIMD2<Double>?
                for await frame in ann.frames {
                    if log.zones.last != frame.zone.text { log.zones.append(frame.zone.text) }
                    if log.epochs.last != frame.epoch { log.epochs.append(frame.epoch) }
                    guard let me = frame.me else {
                        log.framesWithoutBody += 1
                        continue
                    }
                    if let last {
                        let way = me.position - last
                        log.longestJump = max(log.longestJump, (way * way).sum().squareRoot())
                    }
                    last = me.position
                    if frame.zone.text == "east", me.position.x > 120 { break }
                }
                group.cancelAll()
                return (log, ann.statistics)
            }
        }
        #expect(log.zones == ["west", "east"])
        #expect(log.epochs == log.epochs.sorted())
        #expect(log.framesWithoutBody == 0)
        // 8 m/s at 60 frames a second are 0.13 m; half a metre is hardly seen.
        #expect(log.longestJump < 0.5)
        #expect(statistics.crossings == 1)
        #expect(statistics.longestSilence < .milliseconds(150))
    }

    /// Also while the body is in neither zone: the last frame stands.
    @Test(arguments: [1, 2, 3] as [UInt64])
    func thereIsAFrameAllTheWay(seed: UInt64) throws {
        let missing = try TestRealm.run(seed: seed, links: .lte) { realm in
            try await realm.play(as: "ann") { ann in
                ann.command = Meadow.Command(x: 127, y: 0)
                try await realm.wait(for: ann, in: "west")
                var missing = 0
                while ann.frame()?.zone.text != "east" {
                    missing += ann.frame()?.me == nil ? 1 : 0
                    try await realm.simulation.clock.sleep(for: .milliseconds(5))
                }
                return missing
            }
        }
        #expect(missing == 0)
    }

    /// The world says who may leave: one in a fight does not.
    @Test func theWorldMayForbidACrossing() throws {
        let (held, released) = try TestRealm.run(seed: 1) { realm in
            try await realm.play(as: "ann") { ann in
                ann.command = Meadow.Command(x: 127, y: 0)
                try await realm.wait(for: ann, in: "west")
                let world = realm.zone("west")?.world
                let character = try #require(ann.character)
                await world?.hold(character)
                try await realm.simulation.clock.sleep(for: .seconds(20))
                let held = ann.frame()?.zone.text
                await world?.release(character)
                try await realm.wait(for: ann, in: "east")
                return (held, ann.frame()?.zone.text)
            }
        }
        #expect(held == "west")
        #expect(released == "east")
    }

    /// A world sends somebody to another zone, wherever it stands.
    @Test func aCharacterIsSentWithoutABorder() throws {
        let (zone, position) = try TestRealm.run(seed: 1) { realm in
            try await realm.play(as: "ann") { ann in
                try await realm.wait(for: ann, in: "west")
                let character = try #require(ann.character)
                let east = try #require(ZoneName("east"))
                realm.zone("west")?.world.zone.send(character, to: east)
                try await realm.wait(for: ann, in: "east")
                return (ann.frame()?.zone.text, ann.frame()?.game.authoritative?.position)
            }
        }
        #expect(zone == "east")
        #expect(position == [50, 50])
    }

    /// Twenty crossings of one player, to and fro.
    @Test func aPlayerGoesToAndFro() throws {
        let (crossings, arrivals) = try TestRealm.run(seed: 3) { realm in
            try await realm.play(as: "ann") { ann in
                try await realm.wait(for: ann, in: "west")
                for round in 0..<20 {
                    let isEastward = round.isMultiple(of: 2)
                    ann.command = Meadow.Command(x: isEastward ? 127 : -127, y: 0)
                    try await realm.wait(for: ann, in: isEastward ? "east" : "west")
                }
                let character = try #require(ann.character)
                let arrivals = await realm.zone("east")?.world.arrivals[character]
                return (ann.statistics.crossings, arrivals)
            }
        }
        #expect(crossings == 20)
        #expect(arrivals == Array(repeating: "crossing", count: 10))
    }

    /// The zone behind the border cannot put the character in. After three times it is in quarantine.
    @Test func aStateThatDoesNotArriveIsSetAside() throws {
        let error = try TestRealm.run(seed: 1) { realm in
            let ann = realm.client("ann")
            return await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await ann.run() }
                do {
                    ann.command = Meadow.Command(x: 127, y: 0)
                    try await realm.wait(for: ann, in: "west")
                    let character = try #require(ann.character)
                    await realm.zone("east")?.world.refuse(character)
                    await realm.zone("west")?.world.refuse(character)
                    while try await group.next() != nil {}
                } catch {
                    return error as? RealmClientError
                }
                return nil
            }
        }
        #expect(error == .quarantined)
    }
}
