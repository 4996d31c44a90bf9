/// The tactics of a game of tag.
package enum Tactics {
    /// The distance at which others flee from "it", in metres.
    package static let fright = 9.0
    /// The distance at which "it" dashes at its prey, in metres.
    package static let lunge = 4.0

    /// The corner to flee to: far from the hunter, near the walker, and not past the hunter.
    package static func refuge(for spot: Spot, from hunter: Spot, guide: Guide) -> Spot {
        let (place, hunter) = (spot.position, hunter.position)
        let danger = (hunter - place).unit
        func worth(_ corner: Vector) -> Double {
            let towardsDanger = max(0, (corner - place).unit.dot(danger))
            return corner.distance(to: hunter) - 0.4 * corner.distance(to: place)
                - 20 * towardsDanger
        }
        let corner = guide[spot.area].corners.max { worth($0) < worth($1) }
        return Spot(corner ?? place - danger, in: spot.area)
    }
}
