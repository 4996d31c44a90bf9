/// How bodies move: pure functions of places and times, the same on a server and on a client.
package enum ArenaRules {
    /// How large everybody is, in metres.
    package static let bodyRadius = 0.4
    /// Metres a second.
    package static let walkingSpeed = 5.0
    package static let dashSpeed = 8.0
    /// Seconds that a dash lasts, and that pass until the next one can begin.
    package static let dashTime = 0.4
    package static let dashPause = 2.0
    /// Seconds in which somebody who has just passed the tag on cannot be tagged.
    package static let immunityTime = 3.0
    /// Seconds that a wish is followed when no newer one comes.
    package static let wishLifetime = 0.5
    /// What counts as touching, in metres: rounding must not turn contact into overlap.
    package static let touch = 1e-6

    /// Moves two bodies that overlap apart, half the overlap each, as far as the walls allow.
    package static func separate(_ first: inout Body, _ second: inout Body, on map: ArenaMap) {
        let gap = second.position - first.position
        let overlap = 2 * bodyRadius - gap.length
        guard overlap > 0 else { return }
        // Bodies on the same spot have no direction; the one with the lower id goes west.
        let away = gap == .zero ? Vector(1, 0) : gap.unit
        first.position = map.walk(from: first.position, by: away * (-overlap / 2))
        second.position = map.walk(from: second.position, by: away * (overlap / 2))
    }
}
