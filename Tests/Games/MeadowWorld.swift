package import ParleyProtocol
package import ParleyWorld

/// The meadow as the server holds it.
package actor MeadowWorld: AuthoritativeWorld {
    package typealias Game = Meadow

    package nonisolated let timeline = WorldTimeline()
    package nonisolated let sight: InterestGrid.Configuration
    package private(set) var runners = EntityTable(
        Meadow.cast.runners, of: Meadow.schema, rewindTicks: 16)
    package private(set) var sheep = EntityTable(Meadow.cast.sheep, of: Meadow.schema)
    package private(set) var bodies: [PlayerID: EntityHandle] = [:]
    /// How many commands each player had, and of which origin the newest were.
    package private(set) var commandCounts: [PlayerID: Int] = [:]
    package private(set) var stumbles = 0
    private let moving: Int
    private let publish: Publish
    private var outbox: [Outgoing<Meadow.Notice>] = []

    /// Gets every show that clients are sent.
    package typealias Publish = @Sendable (WorldShow) -> Void

    /// - Parameters:
    ///   - sheep: How many there are.
    ///   - moving: How many of those move.
    ///   - sight: How far one sees.
    ///   - publish: For who compares what clients see with what there was.
    package init(
        sheep count: Int = 0, moving: Int = 0,
        sight: InterestGrid.Configuration = .wholeMeadow,
        publish: @escaping Publish = { _ in }
    ) {
        self.sight = sight
        self.moving = moving
        self.publish = publish
        for index in 0..<count {
            // A lattice that is the same for every number of sheep.
            let column = Double(index * 37 % 199) + 0.5
            let row = Double(index * 83 % 197) + 0.5
            _ = sheep.spawn(Sheep(at: SIMD2(column, row)))
        }
    }

    package func join(_ player: Player) throws(JoinRefusal) {
        guard let body = runners.spawn(Runner(player: player.id, at: Self.home)) else {
            throw JoinRefusal("the meadow is full")
        }
        bodies[player.id] = body
        for number in 0..<3 as Range<UInt32> {
            outbox.append(Outgoing(Meadow.Notice(number: number), to: .player(player.id)))
        }
    }

    package func leave(_ player: PlayerID, because reason: LeaveReason) {
        if let body = bodies.removeValue(forKey: player) { runners.despawn(body) }
    }

    package func receive(_ request: Meadow.Request, from player: PlayerID) {
        let body = bodies[player]
        switch request {
        case .goHome:
            guard let body, var runner = runners[body] else { return }
            runner.position = Self.home
            runner.jumps &+= 1
            runners[body] = runner
        case .sitDown:
            if let body { runners.despawn(body) }
            bodies[player] = nil
        case .getUp where body == nil:
            bodies[player] = runners.spawn(Runner(player: player, at: Self.home))
        case .getUp: break
        }
    }

    package func advance(_ step: TickStep, commands: [PlayerCommand<Meadow.Command>]) {
        for command in commands {
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

    package func show(_ show: inout WorldShow) {
        show(runners)
        show(sheep)
        publish(show)
    }

    package func takeNotices() -> [Outgoing<Meadow.Notice>] {
        defer { outbox = [] }
        return outbox
    }

    private static let home = SIMD2<Double>(100, 100)
}

extension InterestGrid.Configuration {
    /// From anywhere on the meadow one sees all of it.
    package static var wholeMeadow: Self {
        var configuration = Self()
        configuration.radius = 2 * Meadow.side
        return configuration
    }
}
