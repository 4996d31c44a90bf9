import Parley

/// The rink, on the server.
actor IceWorld: AuthoritativeWorld {
    typealias Game = Ice

    let timeline = WorldTimeline()
    private var skaters = EntityTable(Ice.cast.skaters, of: Ice.schema)
    private var coins = EntityTable(Ice.cast.coins, of: Ice.schema)
    private var bodies: [PlayerID: EntityHandle] = [:]
    private var totals: [PlayerID: Int] = [:]
    private var notices: [Outgoing<Ice.Notice>] = []
    private var generator = SeededGenerator(seed: 1)

    func join(_ request: JoinRequest<Game>) throws(JoinRefusal) {
        bodies[request.id] = skaters.spawn(Skater())
    }

    func leave(_ player: PlayerID, because reason: LeaveReason) {
        if let body = bodies.removeValue(forKey: player) { skaters.despawn(body) }
    }

    func receive(_ request: Ice.Request, from player: PlayerID) {}

    /// Exactly one command of every player, each tick.
    func advance(_ step: TickStep, commands: [PlayerCommand<Ice.Command>]) {
        for command in commands {
            guard let body = bodies[command.player], var skater = skaters[body] else { continue }
            Ice.step(&skater, by: command.command, in: Ice.rink, during: step)
            skaters[body] = skater
            takeCoins(near: skater, for: command.player)
        }
    }

    private func takeCoins(near skater: Skater, for player: PlayerID) {
        for (handle, coin) in coins.all where (coin.position - skater.position).length < 1 {
            coins.despawn(handle)
            totals[player, default: 0] += 1
            notices.append(Outgoing(.taken(by: player, total: totals[player, default: 0])))
        }
    }

    /// Async game logic, in world time: a coin every second, as long as there are few.
    func run() async throws {
        while true {
            try await sleep(for: .seconds(1))
            guard coins.count < 8 else { continue }
            let place = SIMD2(
                Double.random(in: 1...39, using: &generator),
                Double.random(in: 1...39, using: &generator))
            _ = coins.spawn(Coin(position: place))
        }
    }

    /// Which entity a player moves.
    func body(of player: PlayerID) -> EntityHandle? { bodies[player] }

    /// The entities that clients see.
    func replicate(into snapshot: inout WorldSnapshot) {
        snapshot.add(skaters)
        snapshot.add(coins)
    }

    func takeNotices() -> [Outgoing<Ice.Notice>] {
        defer { notices = [] }
        return notices
    }
}
