package import Parley

/// The rules of movement: one step, the same on the server and on every client that predicts it.
package enum ArenaRules: GameRules {
    package typealias Command = ArenaMessages.Command
    package typealias Request = ArenaMessages.Request
    package typealias Notice = ArenaMessages.Notice
    package typealias Snapshot = ArenaMessages.Snapshot

    package static let name = ArenaMessages.name

    /// The radius of every body, in metres.
    package static let bodyRadius = 0.4
    /// Metres a second.
    package static let walkingSpeed = 5.0
    package static let dashSpeed = 8.0
    /// The seconds of a dash, and the seconds from its beginning to the next possible dash.
    package static let dashTime = 0.4
    package static let dashPause = 2.0
    /// The seconds for which a walker that has passed the tag on cannot be tagged.
    package static let immunityTime = 3.0
    /// The gap that counts as touching, in metres. Places are rounded to half a millimetre, and rounding
    /// must not turn contact into overlap.
    package static let touch = 0.002

    package static let idle = Command(.stand)

    package static func advance(
        _ body: inout Walker, by command: Command, in grounds: Grounds, during step: TickStep
    ) {
        let wish = command.wish
        if wish.dash, step.tick >= body.restedAt {
            body.restedAt = step.tick.advanced(by: step.ticks(in: dashPause))
        }
        let dashEnd = body.restedAt.advanced(by: step.ticks(in: dashTime - dashPause))
        let speed = step.tick < dashEnd ? dashSpeed : walkingSpeed
        let start = body.position
        body.position = grounds[body.area].walk(
            from: start, by: wish.direction * (speed * step.seconds))
        body.velocity = (body.position - start) * (1 / step.seconds)
        guard let exit = grounds.passage(at: body.spot) else { return }
        (body.position, body.area, body.velocity) = (exit.position, exit.area, .zero)
    }

    /// Moves two overlapping bodies apart, each by half the overlap, as far as the walls allow.
    package static func separate(_ first: inout Walker, _ second: inout Walker, on map: ArenaMap) {
        let gap = second.position - first.position
        let overlap = 2 * bodyRadius - gap.length
        guard overlap > 0 else { return }
        // Two bodies on the same spot have no direction between them: the lower id goes west.
        let away = gap == .zero ? Vector(1, 0) : gap.unit
        first.position = map.walk(from: first.position, by: away * (-overlap / 2))
        second.position = map.walk(from: second.position, by: away * (overlap / 2))
    }
}

// MARK: What is replicated

extension ArenaRules {
    private struct Cast {
        var schema = ReplicationSchema()
        let walkers: EntityType<Walker>
        let doors: EntityType<Door>

        init() {
            walkers = schema.register(Walker.self, named: "walker")
            doors = schema.register(Door.self, named: "door")
        }
    }

    private static let cast = Cast()
    package static var schema: ReplicationSchema { cast.schema }
    package static var bodies: EntityType<Walker> { cast.walkers }
    package static var doors: EntityType<Door> { cast.doors }

    /// The sample's grounds, with the doors shut that the client knows to be shut.
    package static func surroundings(of world: borrowing SnapshotReceiver) -> Grounds {
        var grounds = Grounds.arena
        for (_, door) in world.states(of: doors) { grounds.set(door.number, open: door.isOpen) }
        return grounds
    }
}

extension TickStep {
    /// The number of steps nearest to `seconds`.
    func ticks(in seconds: Double) -> Int { Int((seconds / self.seconds).rounded()) }
}
