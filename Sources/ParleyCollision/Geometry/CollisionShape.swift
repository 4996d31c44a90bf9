/// What moves through a world: lengths in metres around the place that it is at.
public enum CollisionShape: Hashable, Sendable {
    /// Round from all sides; in the plane a circle.
    case sphere(radius: Double)
    /// All places that are at most `radius` from a line through the middle, which reaches from
    /// −`halfAxis` to +`halfAxis`: upright for somebody who walks, lying in the plane for a ship.
    case capsule(radius: Double, halfAxis: Vector3)
    /// A block along the axes, with half its sides; in the plane, where z is 0, a rectangle.
    case box(halfSides: Vector3)

    /// Somebody upright, `height` metres from sole to crown; z is up.
    public static func standing(radius: Double, height: Double) -> CollisionShape {
        .capsule(radius: radius, halfAxis: Vector3(0, 0, max(0, height / 2 - radius)))
    }
}

/// A shape as what is inside (a point, a line, a block) and how far around it the shape reaches.
///
/// Distances are those of the core: a core is convex and without curves, so they are exact.
struct Core: Sendable {
    enum Kind: UInt8 { case point, line, block }

    let kind: Kind
    let radius: Double
    /// Half the line or half the block's sides.
    let half: Vector3

    /// What is negative or not a number counts as 0, so that no shape can break a query.
    init(_ shape: CollisionShape) {
        switch shape {
        case .sphere(let radius):
            (kind, self.radius, half) = (.point, Self.size(radius), .zero)
        case .capsule(let radius, let axis):
            let half = axis.isInWorld ? axis : .zero
            (kind, self.radius, self.half) = (
                half == .zero ? .point : .line, Self.size(radius), half
            )
        case .box(let sides):
            let half = Vector3(Self.size(sides.x), Self.size(sides.y), Self.size(sides.z))
            (kind, radius, self.half) = (.block, 0, half)
        }
    }

    private static func size(_ length: Double) -> Double {
        length > 0 && length <= Solid.farthest ? length : 0
    }

    /// How far the shape reaches from its middle along each axis.
    var reach: Vector3 { half.magnitudes + Vector3(radius, radius, radius) }
}
