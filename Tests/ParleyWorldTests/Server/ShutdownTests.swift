import ParleyDatagrams
import ParleySockets
import ParleyWorld
import Synchronization
import TestNetworks
import Testing

@Suite(.timeLimit(.minutes(5)), .everyNetwork) struct ShutdownTests {
    private struct Volcano: Error {}

    @Test func everyPlayerGetsAGoodbyeAndEveryStreamEnds() async throws {
        let world = WalkWorld()
        let network = TestNetwork.current.network
        let server = GameServer(
            world: world, configuration: GameServerConfiguration(host: "127.0.0.1"),
            network: network)
        let running = startTask { try await server.run() }
        let addresses = try await server.ready()
        await withTaskGroup(of: Void.self) { group in
            for index in 0..<12 {
                group.addTask {
                    await Self.playToTheEnd(addresses, as: "Bot \(index)", network: network)
                }
            }
            group.addTask {
                _ = await eventually { await server.statistics.players == 12 }
                running.cancel()
            }
        }
        try await running.value
        var left = 0
        for await event in server.events {
            if case .playerLeft(_, .serverStopping) = event { left += 1 }
        }
        #expect(left == 12)
        let leaves = await world.leaves
        #expect(leaves.count == 12)
        #expect(leaves.values.allSatisfy { $0 == .serverStopping })
        await #expect(throws: ConnectError.self) {
            try await ConnectionManager(network: TestNetwork.current.network).connect(
                to: addresses.tcp)
        }
    }

    private static func playToTheEnd(
        _ addresses: ServerAddresses, as name: String, network: any Network
    ) async {
        let goodbye = Goodbye(code: .serverStopping, text: "the server is shutting down")
        await #expect(throws: GameClientError.goodbye(goodbye)) {
            try await playing(addresses, as: name, network: network) { client in
                for await _ in client.snapshots {}
                for await _ in client.notices {}
            }
        }
    }

    @Test func theLastNoticesStillArrive() async throws {
        let world = WalkWorld()
        let server = GameServer(
            world: world,
            configuration: GameServerConfiguration(host: "127.0.0.1", security: .none),
            network: TestNetwork.current.network)
        let running = startTask { try await server.run() }
        let (player, _) = try await RawPlayer.joined(server.ready())
        // Less than the backlog that a player may have, however late this one begins to read.
        let count = Mutex(0)
        await world.atEachTick { world, _ in
            guard
                count.withLock({
                    $0 += 1; return $0 <= 8
                })
            else { return }
            world.say(String(repeating: "z", count: 30_000), to: .all)
        }
        try await until { await server.statistics.notices > 3 }
        running.cancel()
        #expect(try await player.goodbye()?.code == .serverStopping)
        try await running.value
    }

    @Test func theWorldsTasksAreCancelled() async throws {
        let ended = Mutex(0)
        let world = WalkWorld { world in
            do {
                while true { try await world.sleep(ticks: 1) }
            } catch is CancellationError {
                ended.withLock { $0 += 1 }
                throw CancellationError()
            }
        }
        try await serving(world) { _, _ in
            try await until { await world.ticks.count > 3 }
        }
        #expect(ended.withLock { $0 } == 1)
        #expect(world.timeline.sleeperCount == 0)
    }

    @Test func anErrorOfTheWorldEndsTheServer() async throws {
        let world = WalkWorld { world in
            try await world.sleep(ticks: 20)
            throw Volcano()
        }
        await #expect(throws: Volcano.self) {
            try await serving(world) { _, addresses in
                let (player, _) = try await RawPlayer.joined(addresses)
                #expect(try await player.goodbye()?.code == .serverStopping)
            }
        }
    }

    @Test func aServerCanBeCancelledAtOnce() async throws {
        for yields in 0..<20 {
            let server = GameServer(
                world: WalkWorld(), configuration: GameServerConfiguration(host: "127.0.0.1"),
                network: TestNetwork.current.network)
            let running = startTask { try await server.run() }
            for _ in 0..<(yields * yields) { await Task.yield() }
            running.cancel()
            // Before the ports were open it may not have been able to open them.
            _ = await running.result
            #expect(await server.events.first { _ in false } == nil)
        }
    }
}
