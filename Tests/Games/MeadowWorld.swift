package import ParleyProtocol
package import ParleyWorld

/// The meadow's world on the server.
package actor MeadowWorld: AuthoritativeWorld {
    package typealias Game = Meadow

    package nonisolated let timeline = WorldTimeline()
    package nonisolated let interest: InterestGrid.Configuration
    package private(set) var runners = EntityTable(
        Meadow.cast.runners, of: Meadow.schema, rewindTicks: 16)
    package private(set) var sheep = EntityTable(Meadow.cast.sheep, of: Meadow.schema)
    package private(set) var bodies: [PlayerID: EntityHandle] = [:]
    /// How many commands each player had, and of which origin the newest were.
    package private(set) var commandCounts: [PlayerID: Int] = [:]
    package private(set) var stumbles = 0
    /// How many requests have come.
    package private(set) var requestCount = 0
    /// The current players, in the order of joining.
    package private(set) var players: [PlayerID] = []
    /// Ticks in which not every player had exactly one command, in the order of joining.
    package private(set) var unevenTicks = 0
    /// The ticks in which something happened to a player that its client did not predict: no command
    /// had come, or the body was put elsewhere.
    package private(set) var surprises: [PlayerID: Set<Tick>] = [:]
    private var moving: Int
    private let publish: Publish
    private var outbox: [Outgoing<Meadow.Notice>] = []

    /// Receives every world snapshot that is sent to clients.
    package typealias Publish = @Sendable (WorldSnapshot) -> Void

    /// - Parameters:
    ///   - sheep: How many there are.
    ///   - moving: How many of those move.
    ///   - interest: Which entities a client receives.
    ///   - publish: For tests that compare what clients see with what there was.
    package init(
        sheep count: Int = 0, moving: Int = 0,
        interest: InterestGrid.Configuration = .wholeMeadow,
        publish: @escaping Publish = { _ in }
    ) {
        self.interest = interest
        self.moving = moving
        self.publish = publish
        for index in 0..<count {
            // A lattice that is the same for every number of sheep.
            let column = Double(index * 37 % 199) + 0.5
            let row = Double(index * 83 % 197) + 0.5
            _ = sheep.spawn(Sheep(at: SIMD2(column, row)))
        }
    }

    package func join(_ request: JoinRequest<Game>) throws(JoinRefusal) {
        guard let body = runners.spawn(Runner(player: request.id, at: Self.home)) else {
            throw JoinRefusal("the meadow is full")
        }
        bodies[request.id] = body
        players.append(request.id)
        for number in 0..<3 as Range<UInt32> {
            outbox.append(Outgoing(Meadow.Notice(number: number), to: .player(request.id)))
        }
    }

    package func leave(_ player: PlayerID, because reason: LeaveReason) {
        if let body = bodies.removeValue(forKey: player) { runners.despawn(body) }
        players.removeAll { $0 == player }
    }

    package func receive(_ request: Meadow.Request, from player: PlayerID) {
        requestCount += 1
        let body = bodies[player]
        switch request {
        case .goHome:
            guard let body, var runner = runners[body] else { return }
            runner.position = Self.home
            runner.jumps &+= 1
            runners[body] = runner
            surprise(player)
        case .sitDown:
            if let body { runners.despawn(body) }
            bodies[player] = nil
        case .getUp where body == nil:
            bodies[player] = runners.spawn(Runner(player: player, at: Self.home))
        case .getUp: break
        }
    }

    package func advance(_ step: TickStep, commands: [PlayerCommand<Meadow.Command>]) {
        if commands.map(\.player) != players { unevenTicks += 1 }
        for command in commands {
            if command.origin != .given { surprises[command.player, default: []].insert(step.tick) }
            commandCounts[command.player, default: 0] += 1
            guard let body = bodies[command.player], var runner = runners[body] else { continue }
            let error = Meadow.step(
                &runner, by: command.command, in: Meadow.side, during: step)
            if error != nil { stumbles += 1 }
            runners[body] = runner
        }
        moveSheep(step)
        runners.record(after: step)
    }

    /// Something happens to a player that its client cannot know, in the tick that is about to run.
    private func surprise(_ player: PlayerID) {
        surprises[player, default: []].insert(timeline.tick)
    }

    /// Adds a sheep.
    package func addSheep(at place: SIMD2<Double>) {
        _ = sheep.spawn(Sheep(at: place))
    }

    /// Removes the sheep at an index, which wraps around.
    package func removeSheep(_ number: Int) {
        let all = sheep.all
        if !all.isEmpty { sheep.despawn(all[number % all.count].handle) }
    }

    /// From now on nothing moves by itself.
    package func stopSheep() {
        moving = 0
        sheep.updateAll { _, sheep in sheep.velocity = .zero }
    }

    private func moveSheep(_ step: TickStep) {
        guard moving > 0 else { return }
        var left = moving
        sheep.updateAll { handle, sheep in
            guard left > 0 else { return }
            left -= 1
            let turn = Int(step.tick.number / 60) + Int(handle.rawValue % 4)
            sheep.velocity =
                [
                    SIMD2(2, 0), SIMD2(0, 2), SIMD2(-2, 0), SIMD2(0, -2),
                ][turn % 4]
            sheep.position += sheep.velocity * step.seconds
        }
    }

    package func body(of player: PlayerID) -> EntityHandle? { bodies[player] }

    /// The body that a player moves, and its handle; nil for a player that sits.
    package func runner(of player: PlayerID) -> (body: EntityHandle?, runner: Runner?) {
        let body = bodies[player]
        return (body, body.flatMap { runners[$0] })
    }

    package func replicate(into snapshot: inout WorldSnapshot) {
        snapshot.add(runners)
        snapshot.add(sheep)
        publish(snapshot)
    }

    package func takeNotices() -> [Outgoing<Meadow.Notice>] {
        defer { outbox = [] }
        return outbox
    }

    private static let home = SIMD2<Double>(100, 100)
}

extension InterestGrid.Configuration {
    /// A client anywhere on the meadow receives all of it.
    package static var wholeMeadow: Self {
        var configuration = Self()
        configuration.radius = 2 * Meadow.side
        return configuration
    }
}
