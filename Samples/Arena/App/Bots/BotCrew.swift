import ArenaGame
import Parley
import SampleSupport

/// Bots, each with a client and a connection of its own, like real players.
actor BotCrew {
    /// The round trip of each bot that is connected and has measured one.
    private(set) var roundTrips: [EntityID: Duration] = [:]
    /// The bots that have lost their connection and try to get another one.
    private(set) var reconnecting: Set<EntityID> = []
    private let seed: UInt64
    nonisolated let network: any Network

    init(seed: UInt64, network: any Network = SystemNetwork()) {
        self.seed = seed
        self.network = network
    }

    /// Lets `count` bots play until cancelled. The first session that ends ends all of them.
    func play(_ count: Int, on server: Destination) async throws {
        let (ready, turn) = AsyncStream.makeStream(of: Void.self)
        try await withThrowingDiscardingTaskGroup { group in
            var turns = ready.makeAsyncIterator()
            for index in 0..<count {
                if index >= Self.joiningAtOnce { await turns.next() }
                group.addTask {
                    defer { turn.yield() }
                    try await self.playOne(index, on: server) { turn.yield() }
                }
            }
        }
    }

    /// A server drops the oldest of more than eight unfinished handshakes of one address, and all bots have one.
    private static var joiningAtOnce: Int { 4 }

    private func playOne(
        _ index: Int, on server: Destination, whenIn: @escaping @Sendable () -> Void
    ) async throws {
        let name = Bot.name(index)
        let seed = seed &+ UInt64(index) &* 1_000_003
        try await joinGame(on: server, as: name, network: network) { client in
            let bot = Bot(try await client.joined(), seed: seed)
            whenIn()
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await bot.play(client) }
                group.addTask { try await self.measure(client, of: bot.id) }
                try await group.next()
                group.cancelAll()
            }
        }
    }

    private func measure(_ client: PredictingClient<ArenaRules>, of id: EntityID) async throws {
        defer {
            roundTrips[id] = nil
            reconnecting.remove(id)
        }
        while true {
            if case .reconnecting = client.connectionState {
                roundTrips[id] = nil
                reconnecting.insert(id)
            } else {
                roundTrips[id] = client.statistics.link.roundTripTime
                reconnecting.remove(id)
            }
            try await client.network.clock.sleep(for: .seconds(1))
        }
    }
}
