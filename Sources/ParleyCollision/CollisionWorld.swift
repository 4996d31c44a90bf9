/// The static colliders of a game, and the queries and moves of shapes among them.
///
/// A collision world is a value for the server and for the clients that predict. The same world and
/// the same query give the same bits on all of them: it takes only sums, products, quotients and
/// square roots, which IEEE 754 defines to the last bit. No result depends on the order of a
/// dictionary, on memory addresses or on the order of the colliders, except ``Contact/collider``.
///
/// Two-dimensional games use segments, flat boxes and z = 0.
public struct CollisionWorld: Sendable {
    /// The colliders that the world was made of.
    public let colliders: [Collider]
    /// The distance in metres at which moving shapes stop before colliders. With rounding, at least
    /// half of it is left.
    public let skin: Double
    /// The number of colliders that were left out, because they are not finite, are more than 10⁹ m
    /// from the origin or have no extent.
    public let skipped: Int

    let tree: BoundingTree
    /// The solids in the order of the tree's leaves.
    let solids: [Solid]
    /// The index of each solid's collider.
    let indices: [Int32]
    /// The largest error of a position by rounding, in metres.
    let slack: Double

    /// Creates a world, which takes some milliseconds for ten thousand triangles.
    ///
    /// - Parameters:
    ///   - colliders: The colliders.
    ///   - skin: The skin, in metres. It is raised to a 10⁻⁹th of the world's extent.
    public init(_ colliders: [Collider], skin: Double = 0.001) {
        self.colliders = colliders
        let kept = colliders.enumerated().compactMap { index, collider in
            Solid(collider).map { (index: Int32(index), solid: $0) }
        }
        skipped = colliders.count - kept.count
        let tree = BoundingTree(kept.map(\.solid.bounds))
        let extent =
            tree.nodes.first.map { max($0.bounds.low.largest, $0.bounds.high.largest) } ?? 0
        slack = max(extent, 1) * 1e-12
        self.skin = max(skin.isFinite ? skin : 0, max(extent, 1) * 1e-9)
        solids = tree.order.map { kept[Int($0)].solid }
        indices = tree.order.map { kept[Int($0)].index }
        self.tree = tree
    }
}

extension CollisionWorld: Hashable {
    /// Returns whether two worlds have the same colliders in the same order, and the same skin.
    public static func == (left: CollisionWorld, right: CollisionWorld) -> Bool {
        left.skin == right.skin && left.colliders == right.colliders
    }

    /// Hashes the colliders and the skin.
    ///
    /// - Parameter hasher: The hasher to feed.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(skin)
        hasher.combine(colliders)
    }
}

/// The place where a moving shape or a ray hits a collider.
public struct Contact: Hashable, Sendable {
    /// The fraction of the motion before the contact, 0 to 1.
    public var fraction: Double
    /// The position of the shape's centre, or of the end of the ray, at the contact, in metres.
    public var position: Vector3
    /// The position of the contact on the collider, in metres.
    public var point: Vector3
    /// The unit vector from the collider to the shape.
    public var normal: Vector3
    /// The index of the collider in ``CollisionWorld/colliders``. Where several colliders have the
    /// same contact, such as two triangles at their common edge, it is one of them.
    public var collider: Int

    /// Returns whether a shape can stand on the collider there.
    ///
    /// - Parameters:
    ///   - minimumUpCosine: The cosine of the steepest slope. 0.7 is about 45°.
    ///   - up: The unit vector against gravity.
    public func isWalkable(minimumUpCosine: Double = 0.7, up: Vector3 = Vector3(0, 0, 1)) -> Bool {
        normal.dot(up) >= minimumUpCosine
    }
}
