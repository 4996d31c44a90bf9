import Parley

/// A player that is a program: looks at a snapshot and decides what to do next.
///
/// It is pure: the same snapshots and the same seed give the same commands.
package struct BotBrain: Sendable {
    private let me: EntityID
    private let routes: RouteMap
    private var generator: SeededGenerator
    private var pilot = Pilot()
    private var goal: Vector
    /// Decisions to come before the goal is thought over, or before a rest is over.
    private var patience = 0

    package init(me: EntityID, routes: RouteMap, seed: UInt64) {
        self.me = me
        self.routes = routes
        generator = SeededGenerator(seed: seed)
        goal = routes.map.randomPlace(using: &generator)
    }

    /// What to do now; made for ten decisions a second.
    package mutating func decide(_ snapshot: ArenaMessages.Snapshot) -> ArenaMessages.Command {
        guard let body = snapshot[me] else { return .init(.stand) }
        patience -= 1
        guard let it = snapshot.it else { return wander(body) }
        if it == me { return chase(body, in: snapshot) }
        guard let hunter = snapshot[it], !body.isImmune,
            hunter.position.distance(to: body.position) < Tactics.fright
        else { return wander(body) }
        return flee(body, from: hunter)
    }

    private mutating func chase(
        _ body: ArenaMessages.Sight, in snapshot: ArenaMessages.Snapshot
    ) -> ArenaMessages.Command {
        let prey = snapshot.sights.filter { $0.id != me && !$0.isImmune }
            .min {
                $0.position.distance(to: body.position) < $1.position.distance(to: body.position)
            }
        guard let prey else { return wander(body) }
        // Where the prey will be, not where it is.
        let distance = prey.position.distance(to: body.position)
        goal = prey.position + prey.velocity * min(distance / 20, 0.4)
        return walk(body, dash: distance < Tactics.lunge)
    }

    private mutating func flee(
        _ body: ArenaMessages.Sight, from hunter: ArenaMessages.Sight
    ) -> ArenaMessages.Command {
        if patience <= 0 || body.position.distance(to: goal) < 1 {
            goal = Tactics.refuge(for: body.position, from: hunter.position, routes: routes)
            patience = 4
        }
        return walk(body, dash: hunter.position.distance(to: body.position) < Tactics.lunge)
    }

    private mutating func wander(_ body: ArenaMessages.Sight) -> ArenaMessages.Command {
        if body.position.distance(to: goal) < 1 || patience < -100 {
            goal = routes.map.randomPlace(using: &generator)
            patience = Int.random(in: 0...10, using: &generator)
        }
        guard patience <= 0 else {
            pilot.rest()
            return .init(.stand)
        }
        return walk(body, dash: false)
    }

    private mutating func walk(
        _ body: ArenaMessages.Sight, dash: Bool
    ) -> ArenaMessages.Command {
        let direction = pilot.direction(from: body.position, to: goal, routes: routes)
        return .init(Wish(direction: direction, dash: dash))
    }
}
