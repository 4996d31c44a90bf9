import ParleyProtocol
import ParleySimulation
import ParleySockets
import ParleyWorld
import TestGames
import Testing

@Suite struct PredictedPlayTests {
    @Test func aMinuteIsPredictedToTheLastBit() throws {
        let simulation = Simulation(seed: 1, links: LinkProfile(latency: .milliseconds(35)))
        let statistics = try simulation.play(for: .seconds(60)) { client, elapsed in
            client.command = .wandering(at: elapsed)
        }.play
        #expect(statistics.prediction.right > 1_000)
        #expect(statistics.prediction.wrong == 0)
        // Nothing is run again where the prediction was right and the meadow is the same.
        #expect(statistics.prediction.replayed < 100)
    }

    /// Where a command is lost or late the server takes a stand-in, and the prediction may be wrong.
    @Test(arguments: 1...3 as ClosedRange<UInt64>)
    func at4GOnlyMissedCommandsAreCorrected(seed: UInt64) throws {
        let simulation = Simulation(seed: seed, links: .lte)
        let report = try simulation.play(for: .seconds(60)) { client, elapsed in
            client.command = .wandering(at: elapsed)
        }
        #expect(report.play.prediction.right > 1_000)
        #expect(report.commands.missedShare < 0.01)
        // A missed command is seen until the first snapshot after it, perhaps in the next one too.
        #expect(report.play.prediction.wrong <= report.commands.repeated)
    }

    @Test func aCommandTakesEffectInTheNextFrame() throws {
        let links = LinkProfile(latency: .milliseconds(100))
        let simulation = Simulation(seed: 2, links: links)
        let push = Meadow.Command(x: 127, y: 0)
        try simulation.withClient { client in
            _ = await client.frames.first { $0.me != nil }
            var before = 0.0
            for await frame in client.frames {
                // Not before the clocks are in step.
                guard frame.tick.ticks > 120, let me = frame.me else { continue }
                if client.command != push {
                    before = me.position.x
                    client.command = push
                    continue
                }
                // At 60 frames a second two of them are two ticks, and the server is 100 ms away.
                if me.velocity.x > 0 {
                    #expect(me.position.x >= before)
                    #expect(frame.authoritative?.velocity.x == 0)
                    return
                }
            }
        }
    }

    @Test func withoutPredictionTheBodyIsWhereTheServerHadIt() throws {
        let simulation = Simulation(seed: 3, links: LinkProfile(latency: .milliseconds(80)))
        try simulation.withClient { client in
            client.predicts = false
            client.command = Meadow.Command(x: 90, y: 40)
            _ = await client.frames.first { $0.tick.ticks > 240 }
            let late = try #require(client.frame()?.me)
            client.predicts = true
            let early = try #require(client.frame()?.me)
            // 7 m a second, and a quarter of a second between the two.
            #expect(early.position.x > late.position.x + 0.7)
            #expect(client.frame()?.deviation == 0)
        }
    }

    @Test func aTeleportIsShownAtOnce() throws {
        let simulation = Simulation(seed: 4, links: .lte)
        try simulation.withClient { client in
            client.command = Meadow.Command(x: 127, y: 127)
            _ = await client.frames.first { ($0.me?.position.x ?? 0) > 125 }
            client.command = Meadow.idle
            try await client.request(.goHome)
            for await frame in client.frames {
                guard let me = frame.me else { continue }
                // Either still there or home already, and never on the way.
                #expect(me.position.x > 120 || me.position.x < 105)
                if me.jumps == 1, frame.authoritative?.jumps == 1 { break }
            }
            #expect(client.frame()?.deviation == 0)
        }
    }

    @Test func aPlayerWithoutABodyWatchesAndGetsANewOne() throws {
        let simulation = Simulation(seed: 5, links: .wifi)
        try simulation.withClient(sheep: 3) { client in
            let first = await client.frames.first { $0.me != nil }?.myHandle
            #expect(client.statistics.hasBody)
            try await client.request(.sitDown)
            let watching = await client.frames.first { $0.me == nil }
            #expect(watching?.entities(of: Meadow.cast.sheep).count == 3)
            #expect(!client.statistics.hasBody)
            try await client.request(.getUp)
            let second = await client.frames.first { $0.me != nil }?.myHandle
            #expect(first != nil)
            #expect(first != second)
        }
    }

    @Test func aServerThatStoodStillGoesOnAndSoDoItsPlayers() throws {
        let simulation = Simulation(seed: 6, links: .wifi)
        try simulation.withClient { client in
            client.command = Meadow.Command(x: 50, y: 0)
            _ = await client.frames.first { $0.tick.ticks > 180 }
            simulation.host("server").pause(for: .seconds(2))
            let before = client.statistics
            let start = client.network.clock.now
            _ = await client.frames.first { _ in
                start.duration(to: client.network.clock.now) > .seconds(6)
            }
            let after = client.statistics
            #expect(after.jumps <= before.jumps + 2)
            #expect(after.prediction.right > before.prediction.right + 40)
            // In step again: the last second of snapshots brought no correction.
            client.command = Meadow.idle
            _ = await client.frames.first { _ in
                start.duration(to: client.network.clock.now) > .seconds(17)
            }
            #expect(client.statistics.correctionsPerSecond == 0)
            let frame = try #require(client.frame())
            let (me, server) = (try #require(frame.me), try #require(frame.authoritative))
            #expect((me.position - server.position).length < 0.01)
        }
    }
}
