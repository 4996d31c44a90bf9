/// What somebody wants: a direction (length 1 is full speed) and whether to dash.
package struct Wish: Hashable, Sendable {
    package var direction: Vector
    package var dash: Bool

    package init(direction: Vector, dash: Bool = false) {
        self.direction = direction.limited(to: 1)
        self.dash = dash
    }

    package static let stand = Wish(direction: .zero)
}

/// Somebody in the arena, as the rules see them.
package struct Body: Hashable, Sendable {
    package let id: EntityID
    package var position: Vector
    /// Metres a second, as it really was in the last step.
    package var velocity = Vector.zero
    /// How many times they tagged somebody.
    package var score: UInt16 = 0
    /// Seconds left in which they cannot be tagged.
    package var immunity = 0.0

    private var wish = Wish.stand
    private var wishAge = 0.0
    private var dashAge = ArenaRules.dashPause

    package init(id: EntityID, position: Vector) {
        self.id = id
        self.position = position
    }

    package var isImmune: Bool { immunity > 0 }

    /// What they want from now on.
    package mutating func follow(_ wish: Wish) {
        self.wish = wish
        wishAge = 0
    }

    /// One step of their own; where it leads is up to the map.
    package mutating func walk(seconds: Double, on map: ArenaMap) {
        let start = position
        position = map.walk(from: start, by: wish.direction * (speed * seconds))
        velocity = (position - start) * (1 / seconds)
        age(by: seconds)
    }

    private var speed: Double {
        dashAge < ArenaRules.dashTime ? ArenaRules.dashSpeed : ArenaRules.walkingSpeed
    }

    private mutating func age(by seconds: Double) {
        immunity = max(0, immunity - seconds)
        wishAge += seconds
        dashAge += seconds
        if wish.dash, dashAge >= ArenaRules.dashPause { dashAge = 0 }
        if wishAge >= ArenaRules.wishLifetime { wish = .stand }
    }
}
