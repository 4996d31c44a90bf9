import ArenaGame
import Parley
import ParleySimulation
import SampleSupport
import Testing

@testable import arena

/// Everything that one player has seen so far.
private actor Witness {
    private(set) var scene = ArenaScene()
    private var starts: [EntityID: Vector] = [:]
    private var ways: [EntityID: Double] = [:]
    private(set) var texts: Set<String> = []

    func hear(_ notice: ArenaMessages.Notice) {
        scene.apply(notice)
        if case .chat(_, let text) = notice { texts.insert(text) }
    }

    func see(_ snapshot: ArenaMessages.Snapshot) {
        for avatar in snapshot.avatars {
            let start = starts[avatar.id, default: avatar.position]
            starts[avatar.id] = start
            ways[avatar.id] = max(ways[avatar.id] ?? 0, start.distance(to: avatar.position))
        }
    }

    /// Whether `count` avatars have moved by more than a metre.
    func haveMoved(_ count: Int) -> Bool { ways.values.count { $0 > 1 } >= count }
}

@Suite(.timeLimit(.minutes(5))) struct EndToEndTests {
    /// Runs a server with bots on loopback while `body` plays on it too.
    private func withArena(
        bots: Int, npcs: Int,
        body: @escaping @Sendable (GameClient<ArenaRules>, Witness) async throws -> Void
    ) async throws -> GameServer<ArenaWorld> {
        let server = GameServer(
            world: ArenaWorld(npcs: npcs), configuration: .init(host: "127.0.0.1", port: 0))
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await server.run() }
            let port = try await server.ready().tcp.port
            let address = Destination(Endpoint(host: "127.0.0.1", port: port))
            group.addTask { try await BotCrew(seed: 1).play(bots, on: address) }
            try await GameClient<ArenaRules>.play(on: "127.0.0.1", port: port, as: "Witness") {
                client in
                try await Self.watch(client, body)
            }
            group.cancelAll()
            while let _ = try? await group.next() {}
        }
        return server
    }

    private static func watch(
        _ client: GameClient<ArenaRules>,
        _ body: @escaping @Sendable (GameClient<ArenaRules>, Witness) async throws -> Void
    ) async throws {
        let witness = Witness()
        try await withThrowingTaskGroup(of: Bool.self) { group in
            group.addTask {
                for await notice in client.notices { await witness.hear(notice) }
                return false
            }
            group.addTask {
                for await state in client.snapshots { await witness.see(state.snapshot) }
                return false
            }
            group.addTask {
                try await body(client, witness)
                return true
            }
            // The streams end with the session only, so the body ends first.
            let isBody = try await group.next()
            #expect(isBody == true)
            group.cancelAll()
        }
    }

    @Test func everybodySeesEverybody() async throws {
        let server = try await withArena(bots: 6, npcs: 2) { client, witness in
            let me = EntityID(try await client.joined().id)
            try await client.request(.chat("Can you hear me?"))
            var isDone = false
            while !isDone {
                try await client.send(.init(Wish(direction: Vector(1, 1))))
                try await client.network.clock.sleep(for: .milliseconds(50))
                let residents = await witness.scene.residents
                let hasHeard = await witness.texts.contains("Can you hear me?")
                isDone = residents.count == 9 && residents[me]?.name == "Witness" && hasHeard
                isDone = await witness.haveMoved(6) && isDone
            }
            let map = await witness.scene.map
            #expect(map == .courtyard)
        }
        let statistics = await server.statistics
        #expect(statistics.players == 0)
        #expect(statistics.received.malformed == 0)
        #expect(statistics.unsendableNotices == 0)
    }

    /// A server for other machines limits each address, and all bots of a crew have one. In a simulation, since the
    /// limits of time are real ones.
    @Test func aCrowdOfBotsGetsInWhereOtherMachinesPlay() throws {
        let players = try Simulation(seed: 1, links: .lan).run { simulation in
            let server = GameServer(
                world: ArenaWorld(npcs: 0),
                configuration: .init(
                    security: .tls(try TLSIdentity()), maximumPlayers: ArenaWorld.maximumPlayers),
                network: simulation.host("server"))
            return try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await server.run() }
                let addresses = try await server.ready()
                let place = Destination(
                    Endpoint(host: "server", port: addresses.tcp.port),
                    addresses.pin.map { .tls(.pin($0)) } ?? .none)
                let crew = BotCrew(seed: 1, network: simulation.host("players"))
                group.addTask { try await crew.play(32, on: place) }
                group.addTask {
                    while await server.statistics.players < 32 {
                        try await simulation.clock.sleep(for: .milliseconds(50))
                    }
                }
                // A bot that does not get in throws here.
                try await group.next()
                let players = await server.statistics.players
                group.cancelAll()
                while (try? await group.next()) != nil {}
                return players
            }
        }
        #expect(players == 32)
    }

    @Test func tagsAreToldToEverybody() async throws {
        _ = try await withArena(bots: 8, npcs: 4) { client, witness in
            var isDone = false
            while !isDone {
                try await client.network.clock.sleep(for: .milliseconds(50))
                let hasScored = await witness.scene.ranking.contains { $0.resident.score > 0 }
                let events = await witness.scene.events
                isDone = hasScored && events.contains { $0.text.contains(" tagged ") }
            }
        }
    }
}
