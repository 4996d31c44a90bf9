import Foundation
import ParleyProtocol
import ParleySockets
import ParleyWorld
import Synchronization
import TestNetworks
import Testing

@Suite(.timeLimit(.minutes(5)), .everyNetwork) struct WorldTimeTests {
    /// No sleep of an NPC ends before the tick that it asked for. (That it ends at no other is
    /// tested without sockets; a machine that is busy may let the NPC run a tick later.)
    @Test func sleepingIsCountedInTicks() async throws {
        let woken = Mutex<[UInt32]>([])
        let begun = Mutex<UInt32?>(nil)
        let world = WalkWorld { world in
            try await world.sleep(ticks: 1)
            begun.withLock { $0 = world.timeline.tick.number }
            for _ in 0..<5 {
                try await world.sleep(for: .milliseconds(100))
                woken.withLock { $0.append(world.timeline.tick.number) }
            }
        }
        try await serving(world, tickRate: 50, snapshotRate: 10) { _, _ in
            try await until { woken.withLock { $0.count == 5 } }
        }
        let start = try #require(begun.withLock { $0 })
        let ticks = [start] + woken.withLock { $0 }
        for (earlier, later) in zip(ticks, ticks.dropFirst()) { #expect(later >= earlier + 5) }
    }

    @Test(.systemOnly("the world is busy for real"))
    func aLateServerRunsAFewStepsAndSkipsTheOthers() async throws {
        let world = WalkWorld()
        await world.atEachTick { _, tick in
            if tick == 5 { Thread.sleep(forTimeInterval: 0.3) }
        }
        try await serving(world, tickRate: 100) { server, _ in
            try await until { await world.ticks.count > 15 }
            let ticks = await server.statistics.ticks
            #expect(ticks.overruns >= 1)
            #expect(ticks.caughtUp >= 3)
            #expect(ticks.skipped >= 20)
            #expect(ticks.duration.worst >= .milliseconds(300))
            #expect(ticks.lateness.worst >= .milliseconds(280))
        }
        // Time was dropped, and no tick's number with it.
        let ticks = await world.ticks
        #expect(ticks == Array(1...UInt32(ticks.count)))
    }

    /// Messages that arrived while the world was stuck count before the idle check.
    @Test(.systemOnly("the world is busy for real"))
    func aStuckWorldMakesNoPlayerIdle() async throws {
        let world = WalkWorld()
        let isPlaying = Mutex(false)
        await world.atEachTick { _, _ in
            let isFirst = isPlaying.withLock { playing in
                defer { playing = false }
                return playing
            }
            if isFirst { Thread.sleep(forTimeInterval: 2.6) }
        }
        try await serving(world, configure: { $0.playerTimeout = .milliseconds(2_500) }) {
            server, addresses in
            try await playing(addresses, as: "Ann") { client in
                try await until { await client.roundTripTime != nil }
                isPlaying.withLock { $0 = true }
                try await until { await server.statistics.ticks.overruns > 0 }
                for _ in 0..<10 { _ = await client.snapshots.first { _ in true } }
                #expect(await server.statistics.players == 1)
            }
        }
    }
}
