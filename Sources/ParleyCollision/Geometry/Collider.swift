/// A piece of the world that does not move.
public enum Collider: Hashable, Sendable {
    /// A flat surface, solid from both sides. Places are in metres.
    case triangle(Vector3, Vector3, Vector3)
    /// An edge without thickness: the wall of a game of the plane.
    case segment(Vector3, Vector3)
    /// A block whose sides run along the axes, solid inside; flat where two coordinates are equal.
    case box(low: Vector3, high: Vector3)
}

/// A collider as the tests of distance want it: nothing is left to compute, or to be checked.
struct Solid: Sendable {
    enum Kind: UInt8 { case triangle, segment, box }

    let kind: Kind
    /// A corner, or the centre of a box.
    let a: Vector3
    /// The next corner, or half the sides of a box.
    let b: Vector3
    /// The last corner of a triangle.
    let c: Vector3
    /// The direction of length 1 in which the corners of a triangle turn left.
    let normal: Vector3

    /// Places farther from the origin than this, in metres, are no part of a world: beyond it the
    /// precision of a `Double` would be too coarse for a millimetre of skin.
    static let farthest = 1e9

    /// - Returns: `nil` for what is not finite, too far out, or has no extent of its own.
    init?(_ collider: Collider) {
        switch collider {
        case .triangle(let a, let b, let c):
            let (ab, ac, bc) = (b - a, c - a, c - b)
            let area = ab.cross(ac)
            let longest = max(ab.squaredLength, ac.squaredLength, bc.squaredLength)
            // The sine of the widest angle at the longest side: needles have no normal to trust.
            guard Self.isInside(a, b, c), area.squaredLength > 1e-20 * longest * longest,
                area.squaredLength > 1e-60
            else { return nil }
            (kind, self.a, self.b, self.c, normal) = (.triangle, a, b, c, area.unit)
        case .segment(let a, let b):
            guard Self.isInside(a, b, b), (b - a).squaredLength > 1e-30 else { return nil }
            (kind, self.a, self.b, self.c, normal) = (.segment, a, b, b, .zero)
        case .box(let low, let high):
            guard Self.isInside(low, high, high), low.x <= high.x, low.y <= high.y, low.z <= high.z
            else { return nil }
            let half = (high - low) * 0.5
            (kind, a, b, c, normal) = (.box, (low + high) * 0.5, half, .zero, .zero)
        }
    }

    private static func isInside(_ a: Vector3, _ b: Vector3, _ c: Vector3) -> Bool {
        a.isInWorld && b.isInWorld && c.isInWorld
    }

    var bounds: Bounds {
        guard kind != .box else { return Bounds(low: a - b, high: a + b) }
        return Bounds(low: a.zip(b, min).zip(c, min), high: a.zip(b, max).zip(c, max))
    }
}

extension Vector3 {
    /// Whether a world reaches to there; nothing that is not a number does.
    var isInWorld: Bool {
        abs(x) <= Solid.farthest && abs(y) <= Solid.farthest && abs(z) <= Solid.farthest
    }
}
