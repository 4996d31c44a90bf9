import ArenaGame
import Parley
import SampleSupport

/// Some bots, each with a client and a connection of its own, as real players have.
actor BotCrew {
    /// How long each bot's packets take to the server and back.
    private(set) var roundTrips: [EntityID: Duration] = [:]
    private let seed: UInt64
    nonisolated let network: any Network

    init(seed: UInt64, network: any Network = SystemNetwork()) {
        self.seed = seed
        self.network = network
    }

    /// Lets so many bots play until cancelled; the first that loses the server ends them all.
    func play(_ count: Int, on server: Endpoint) async throws {
        try await withThrowingDiscardingTaskGroup { group in
            for index in 0..<count {
                group.addTask { try await self.playOne(index, on: server) }
            }
        }
    }

    private func playOne(_ index: Int, on server: Endpoint) async throws {
        let name = Bot.name(index)
        let seed = seed &+ UInt64(index) &* 1_000_003
        try await joinGame(on: server, as: name, network: network) { client in
            let bot = Bot(try await client.joined(), seed: seed)
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await bot.play(client) }
                group.addTask { try await self.measure(client, of: bot.id) }
                try await group.next()
                group.cancelAll()
            }
        }
    }

    private func measure(_ client: PredictingClient<ArenaRules>, of id: EntityID) async throws {
        defer { roundTrips[id] = nil }
        while true {
            roundTrips[id] = client.statistics.link.roundTripTime
            try await client.network.clock.sleep(for: .seconds(1))
        }
    }
}
