import ParleyDatagrams
import ParleyProtocol
import ParleySockets
import ParleyWorld
import TestNetworks
import Testing

@Suite(.timeLimit(.minutes(5)), .everyNetwork) struct PlayingTests {
    @Test func aPlayerJoinsWalksAndLeaves() async throws {
        let world = WalkWorld()
        try await serving(world) { server, addresses in
            let id = try await playing(addresses, as: "Ann") { client in
                let player = try await client.joined()
                #expect(player.name == "Ann")
                for step in 1...3 as ClosedRange<Int32> {
                    let sequence = try await client.send(WalkGame.Command(step: step))
                    let seen = await client.snapshots.first { $0.acknowledgedSequence >= sequence }
                    #expect(seen?.snapshot.places[player.id] == (1...step).reduce(0, +))
                }
                return player.id
            }
            #expect(await server.events.nextLeave() == .left)
            try await until { await world.leaves[id] == .left }
            #expect(await server.statistics.players == 0)
        }
    }

    @Test func commandsReachTheWorldOnceAndInOrder() async throws {
        let world = WalkWorld()
        try await serving(world, tickRate: 20) { _, addresses in
            try await playing(addresses, as: "Ann") { client in
                for step in 1...60 as ClosedRange<Int32> {
                    try await client.send(WalkGame.Command(step: step))
                    if step % 5 == 0 { _ = await client.snapshots.first { _ in true } }
                }
                _ = await client.snapshots.first { $0.acknowledgedSequence == 60 }
            }
        }
        let all = await world.commands
        let sequences = all.keys.sorted().flatMap { tick in all[tick, default: []].map(\.sequence) }
        #expect(sequences == sequences.sorted())
        #expect(Set(sequences).count == sequences.count)
        #expect(sequences.last == 60)
        let ticks = await world.ticks
        #expect(ticks == Array(1...UInt32(ticks.count)))
    }

    @Test func snapshotsArriveAtTheirRate() async throws {
        try await serving(tickRate: 60, snapshotRate: 20) { _, addresses in
            try await playing(addresses, as: "Ann") { client in
                var ticks: [UInt32] = []
                for await snapshot in client.snapshots {
                    ticks.append(snapshot.tick.number)
                    if ticks.count == 20 { break }
                }
                #expect(ticks == ticks.sorted())
                // One every three ticks. A broadcaster that falls behind sends the newest, so a single
                // one may be up to two ticks late.
                let span = try #require(ticks.last) - (try #require(ticks.first))
                #expect(span >= 3 * 19 - 2, "\(ticks)")
            }
        }
    }

    @Test func noticesArriveInOrderAfterTheWelcome() async throws {
        try await serving { _, addresses in
            try await playing(addresses, as: "Ann") { client in
                try await client.request(WalkGame.Request("everything"))
                var lines: [String] = []
                for await notice in client.notices {
                    lines.append(notice.text)
                    if lines.count == 101 { break }
                }
                #expect(lines == ["welcome"] + (0..<100).map { "line \($0)" })
            }
        }
    }

    @Test func twoPlayersChat() async throws {
        try await serving { _, addresses in
            try await playing(addresses, as: "Ann") { ann in
                try await playing(addresses, as: "Bob") { bob in
                    _ = await ann.notices.first { $0.text == "Bob joined" }
                    try await ann.request(WalkGame.Request("hello Bob"))
                    let heard = await bob.notices.first { $0.text == "hello Bob" }
                    #expect(try await heard?.from == ann.joined().id)
                    try await bob.request(WalkGame.Request("hello Ann"))
                    #expect(await ann.notices.first { $0.text == "hello Ann" } != nil)
                }
            }
        }
    }

    @Test func theRoundTripIsMeasured() async throws {
        try await serving { _, addresses in
            try await playing(addresses, as: "Ann") { client in
                try await until { await client.roundTripTime != nil }
                #expect(await client.statistics.serverTick.number > 0)
            }
        }
    }

    @Test func aSnapshotTooLargeForOnePacketIsSentAndCounted() async throws {
        let world = WalkWorld()
        await world.pad(2_000)
        try await serving(world) { server, addresses in
            try await playing(addresses, as: "Ann") { client in
                let seen = await client.snapshots.first { _ in true }
                #expect(seen?.snapshot.padding == 2_000)
            }
            #expect(await server.statistics.snapshots.oversized > 0)
        }
    }

    @Test func aSnapshotThatFitsNoDatagramIsCountedAndTheNextOneArrives() async throws {
        let world = WalkWorld()
        await world.pad(70_000)
        try await serving(world) { server, addresses in
            try await playing(addresses, as: "Ann") { client in
                try await until { await server.statistics.snapshots.failed > 0 }
                await world.pad(0)
                #expect(await client.snapshots.first { _ in true } != nil)
            }
        }
    }

    @Test func manyPlayersSeeEachOther() async throws {
        let network = TestNetwork.current.network
        try await serving(network: network) { _, addresses in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for index in 0..<16 {
                    group.addTask {
                        try await Self.meetAll(addresses, as: "Bot \(index)", network: network)
                    }
                }
                try await group.waitForAll()
            }
        }
    }

    /// No player leaves before all have reported that they see all sixteen.
    private static func meetAll(
        _ addresses: ServerAddresses, as name: String, network: any Network
    ) async throws {
        try await playing(addresses, as: name, network: network) { client in
            let all = await client.snapshots.first { $0.snapshot.places.count == 16 }
            #expect(all != nil)
            try await client.request(WalkGame.Request("seen"))
            var count = 0
            for await notice in client.notices where notice.text == "seen" {
                count += 1
                if count == 16 { break }
            }
            #expect(count == 16)
        }
    }
}
