import ParleyProtocol
import ParleySockets
import ParleyWorld
import TestGames

/// Runners and sheep that move at random by a seed. The shepherds are its logic.
actor FlockWorld: AuthoritativeWorld {
    typealias Game = Meadow

    /// What may be wrong with a world that should do the same as another one.
    enum Flaw: Hashable, Sendable {
        case none
        /// Runners slip from this tick on.
        case slippery(since: UInt32)
        /// The first sheep is gone at this tick.
        case wolf(at: UInt32)
        /// One more sheep comes at this tick.
        case lamb(at: UInt32)
        /// Sheep are driven in the order of a dictionary of this capacity.
        case dictionary(room: Int)
        /// Players get another number from this tick on.
        case mumbling(since: UInt32)
    }

    nonisolated let timeline = WorldTimeline()
    private var runners = EntityTable(Meadow.cast.runners, of: Meadow.schema)
    private var sheep = EntityTable(Meadow.cast.sheep, of: Meadow.schema)
    private var bodies: [PlayerID: EntityHandle] = [:]
    private var outbox: [Outgoing<Meadow.Notice>] = []
    private var generator: SeededGenerator
    private let flaw: Flaw
    private let shepherds: Int
    private var herd: [Int: EntityHandle]

    init(seed: UInt64, sheep count: Int = 20, shepherds: Int = 3, flaw: Flaw = .none) {
        generator = SeededGenerator(seed: seed)
        self.flaw = flaw
        self.shepherds = shepherds
        if case .dictionary(let room) = flaw {
            herd = Dictionary(minimumCapacity: room)
        } else {
            herd = [:]
        }
        for index in 0..<count {
            let place = SIMD2(Double(index * 7 % 200), Double(index * 13 % 200))
            herd[index] = sheep.spawn(Sheep(at: place))
        }
    }

    // MARK: The turn

    func join(_ request: JoinRequest<Game>) throws(JoinRefusal) {
        guard let body = runners.spawn(Runner(player: request.id, at: somewhere())) else { return }
        bodies[request.id] = body
        outbox.append(Outgoing(Meadow.Notice(number: 1), to: .player(request.id)))
    }

    func leave(_ player: PlayerID, because reason: LeaveReason) {
        if let body = bodies.removeValue(forKey: player) { runners.despawn(body) }
        outbox.append(Outgoing(Meadow.Notice(number: player.rawValue)))
    }

    func receive(_ request: Meadow.Request, from player: PlayerID) {
        guard let body = bodies[player] else {
            if request == .getUp {
                bodies[player] = runners.spawn(Runner(player: player, at: somewhere()))
            }
            return
        }
        switch request {
        case .goHome:
            runners[body]?.position = somewhere()
            runners[body]?.jumps &+= 1
        case .sitDown:
            runners.despawn(body)
            bodies[player] = nil
        case .getUp: break
        }
    }

    func advance(_ step: TickStep, commands: [PlayerCommand<Meadow.Command>]) {
        for command in commands {
            guard let body = bodies[command.player], var runner = runners[body] else { continue }
            Meadow.step(&runner, by: command.command, in: Meadow.side, during: step)
            if case .slippery(let since) = flaw, step.tick.number >= since {
                runner.velocity.x += 0.5
            }
            runners[body] = runner
        }
        sheep.updateAll { _, sheep in
            sheep.position += sheep.velocity * step.seconds
            sheep.position.clamp(
                lowerBound: .zero, upperBound: SIMD2(repeating: Meadow.side))
        }
        if case .dictionary = flaw, step.tick.number == 50 {
            for (_, handle) in herd { sheep[handle]?.velocity = push() }
        }
        fail(at: step.tick.number)
    }

    private func fail(at tick: UInt32) {
        switch flaw {
        case .wolf(tick): if let first = sheep.all.first { sheep.despawn(first.handle) }
        case .lamb(tick): _ = sheep.spawn(Sheep(at: .zero))
        case .mumbling(let since) where tick >= since:
            outbox = outbox.map { Outgoing(Meadow.Notice(number: 99), to: $0.recipients) }
            if tick == since { outbox.append(Outgoing(Meadow.Notice(number: 7))) }
        default: break
        }
    }

    func body(of player: PlayerID) -> EntityHandle? { bodies[player] }

    func replicate(into snapshot: inout WorldSnapshot) {
        snapshot.add(runners)
        snapshot.add(sheep)
    }

    func takeNotices() -> [Outgoing<Meadow.Notice>] {
        defer { outbox = [] }
        return outbox
    }

    // MARK: Chance and logic

    private func somewhere() -> SIMD2<Double> {
        SIMD2(
            .random(in: 0...Meadow.side, using: &generator),
            .random(in: 0...Meadow.side, using: &generator))
    }

    private func push() -> SIMD2<Double> {
        SIMD2(.random(in: -4...4, using: &generator), .random(in: -4...4, using: &generator))
    }

    func run() async throws {
        try await withThrowingDiscardingTaskGroup { group in
            for _ in 0..<shepherds { group.addTask { try await self.herdSheep() } }
        }
    }

    private func herdSheep() async throws {
        while true {
            try await sleep(ticks: .random(in: 1...20, using: &generator))
            guard let chosen = sheep.all.randomElement(using: &generator) else { continue }
            sheep[chosen.handle]?.velocity = push()
        }
    }
}
