import Parley

/// The decisions of a bot: a snapshot in, a command out.
///
/// It is pure: the same snapshots and the same seed give the same commands. It looks at its own area
/// only, because a predicting client gets no other.
package struct BotBrain: Sendable {
    private let me: EntityID
    private let guide: Guide
    private var generator: SeededGenerator
    private var pilot = Pilot()
    private var goal: Spot
    /// The decisions until the bot chooses another goal, or until a rest is over.
    private var patience = 0

    package init(me: EntityID, guide: Guide = .arena, seed: UInt64) {
        self.me = me
        self.guide = guide
        generator = SeededGenerator(seed: seed)
        goal = guide.grounds.randomSpot(in: Grounds.courtyard, using: &generator)
    }

    /// The command for now. It is made for ten decisions a second.
    package mutating func decide(_ snapshot: ArenaMessages.Snapshot) -> ArenaMessages.Command {
        guard let body = snapshot[me] else { return .init(.stand) }
        patience -= 1
        guard let it = snapshot.it else { return wander(body) }
        if it == me { return chase(body, in: snapshot) }
        guard let hunter = snapshot[it], !body.isImmune,
            hunter.spot.distance(to: body.spot) < Tactics.fright
        else { return wander(body) }
        return flee(body, from: hunter)
    }

    private mutating func chase(
        _ body: ArenaMessages.Avatar, in snapshot: ArenaMessages.Snapshot
    ) -> ArenaMessages.Command {
        let prey = snapshot.avatars
            .filter { $0.id != me && !$0.isImmune && $0.area == body.area }
            .min { $0.spot.distance(to: body.spot) < $1.spot.distance(to: body.spot) }
        guard let prey else { return seek(body) }
        // Where the prey will be, not where it is.
        let distance = prey.position.distance(to: body.position)
        goal = Spot(prey.position + prey.velocity * min(distance / 20, 0.4), in: body.area)
        return walk(body, dash: distance < Tactics.lunge)
    }

    /// Looks for prey in another area.
    private mutating func seek(_ body: ArenaMessages.Avatar) -> ArenaMessages.Command {
        if goal.area == body.area {
            let areas = guide.grounds.areas.indices.map(Area.init).filter { $0 != body.area }
            goal = guide.grounds.randomSpot(
                in: areas.randomElement(using: &generator) ?? body.area, using: &generator)
        }
        return walk(body, dash: false)
    }

    private mutating func flee(
        _ body: ArenaMessages.Avatar, from hunter: ArenaMessages.Avatar
    ) -> ArenaMessages.Command {
        if patience <= 0 || body.spot.distance(to: goal) < 1 {
            goal = Tactics.refuge(for: body.spot, from: hunter.spot, guide: guide)
            patience = 4
        }
        return walk(body, dash: hunter.position.distance(to: body.position) < Tactics.lunge)
    }

    private mutating func wander(_ body: ArenaMessages.Avatar) -> ArenaMessages.Command {
        if body.spot.distance(to: goal) < 1 || patience < -100 {
            goal = somewhere(near: body.area)
            patience = Int.random(in: 0...10, using: &generator)
        }
        guard patience <= 0 else {
            pilot.rest()
            return .init(.stand)
        }
        return walk(body, dash: false)
    }

    /// A random free place, one time in four in another area.
    private mutating func somewhere(near area: Area) -> Spot {
        let isFar = Int.random(in: 0..<4, using: &generator) == 0
        let areas = 0..<Area(guide.grounds.areas.count)
        return guide.grounds.randomSpot(
            in: isFar ? .random(in: areas, using: &generator) : area, using: &generator)
    }

    private mutating func walk(
        _ body: ArenaMessages.Avatar, dash: Bool
    ) -> ArenaMessages.Command {
        let direction = pilot.direction(from: body.spot, to: goal, by: guide)
        return .init(Wish(direction: direction, dash: dash))
    }
}
