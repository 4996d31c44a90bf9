/// The shape of something that moves. Lengths are in metres.
public enum CollisionShape: Hashable, Sendable {
    /// A sphere, or a circle in two dimensions.
    case sphere(radius: Double)
    /// All points within `radius` of a line through the centre, which goes from −`halfAxis` to
    /// +`halfAxis`. The line is upright for a walking body, and lies in the plane for a ship.
    case capsule(radius: Double, halfAxis: Vector3)
    /// An axis-aligned box, given by half of its sides. It is a rectangle where z is 0.
    case box(halfSides: Vector3)

    /// Returns an upright capsule, with z up.
    ///
    /// - Parameters:
    ///   - radius: The radius, in metres.
    ///   - height: The height of the whole capsule, in metres.
    public static func standing(radius: Double, height: Double) -> CollisionShape {
        .capsule(radius: radius, halfAxis: Vector3(0, 0, max(0, height / 2 - radius)))
    }
}

/// A shape as a core (a point, a line or a block) and a radius around it.
///
/// Distances are measured from the core, which is convex and has no curves, so they are exact.
struct Core: Sendable {
    enum Kind: UInt8 { case point, line, block }

    let kind: Kind
    let radius: Double
    /// Half of the line, or half of the block's sides.
    let half: Vector3

    /// A length that is negative, too large or not a number counts as 0, so no shape breaks a query.
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

    /// The extent of the shape from its centre along each axis.
    var reach: Vector3 { half.magnitudes + Vector3(radius, radius, radius) }
}
