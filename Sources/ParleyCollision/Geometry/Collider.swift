/// A static piece of the world. Positions are in metres.
public enum Collider: Hashable, Sendable {
    /// A flat surface that is solid from both sides.
    case triangle(Vector3, Vector3, Vector3)
    /// A line without thickness, such as a wall of a two-dimensional game.
    case segment(Vector3, Vector3)
    /// A solid, axis-aligned box. It is flat where two coordinates are equal.
    case box(low: Vector3, high: Vector3)
}

/// A collider that is valid and prepared for the computation of distances.
struct Solid: Sendable {
    enum Kind: UInt8 { case triangle, segment, box }

    let kind: Kind
    /// The first corner, or the centre of a box.
    let a: Vector3
    /// The second corner, or half of the sides of a box.
    let b: Vector3
    /// The third corner of a triangle.
    let c: Vector3
    /// The unit normal of a triangle, around which its corners turn left.
    let normal: Vector3

    /// The largest coordinate of a world, in metres. Beyond it a `Double` is too coarse for a skin of a
    /// millimetre.
    static let farthest = 1e9

    /// Returns `nil` for a collider that is not finite, is too far away or has no extent.
    init?(_ collider: Collider) {
        switch collider {
        case .triangle(let a, let b, let c):
            let (ab, ac, bc) = (b - a, c - a, c - b)
            let area = ab.cross(ac)
            let longest = max(ab.squaredLength, ac.squaredLength, bc.squaredLength)
            // The first test is of the sine of an angle: the normal of a needle is not reliable.
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
    /// Whether a position is inside a world, which NaN is not.
    var isInWorld: Bool {
        abs(x) <= Solid.farthest && abs(y) <= Solid.farthest && abs(z) <= Solid.farthest
    }
}
