/// What stands still in a game, and what happens to whoever moves among it.
///
/// A value without graphics, sockets or time, for the server and for the client that predicts: the
/// same world and the same question give the same bits on both. Only sums, products, quotients and
/// square roots are taken, which IEEE 754 defines to the last bit; nothing depends on the order of a
/// dictionary, on memory, or on the order in which the colliders were given, but for
/// ``Contact/collider``.
///
/// Games of the plane use segments, flat boxes and z = 0.
public struct CollisionWorld: Sendable {
    /// What the world was made of.
    public let colliders: [Collider]
    /// Metres that stay free between what moves and what stands, and twice the least that is left
    /// when rounding is against us.
    public let skin: Double
    /// How many colliders have no part in it: not finite, more than 10⁹ m out, or without extent.
    public let skipped: Int

    let tree: BoundingTree
    /// In the order of the tree's leaves.
    let solids: [Solid]
    /// For each solid, which collider it was.
    let indices: [Int32]
    /// By how much, in metres, places may be wrong for being rounded.
    let slack: Double

    /// Builds the tree: some milliseconds for ten thousand triangles, once.
    ///
    /// - Parameter skin: In metres; at least a 10⁻⁹th of how far the world reaches, whatever is asked.
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
    /// Whether both are made of the same colliders in the same order, with the same skin.
    public static func == (left: CollisionWorld, right: CollisionWorld) -> Bool {
        left.skin == right.skin && left.colliders == right.colliders
    }

    /// Hashes what ``==(_:_:)`` compares.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(skin)
        hasher.combine(colliders)
    }
}

/// Where something that moves comes up against something that stands.
public struct Contact: Hashable, Sendable {
    /// The share of the way, 0 to 1, until then.
    public var share: Double
    /// Where the middle of the shape (or the end of the ray) then is, in metres.
    public var place: Vector3
    /// The place on the collider that is touched.
    public var point: Vector3
    /// The direction of length 1 from the collider to the shape.
    public var normal: Vector3
    /// Which of ``CollisionWorld/colliders`` it is. Where several give the same contact (the edge
    /// between two triangles) it is one of them.
    public var collider: Int

    /// Whether somebody can stand on it.
    ///
    /// - Parameters:
    ///   - steepest: The cosine of the steepest slope: 0.7 is about 45°.
    ///   - up: The direction of length 1 against gravity.
    public func isWalkable(steepest: Double = 0.7, up: Vector3 = Vector3(0, 0, 1)) -> Bool {
        normal.dot(up) >= steepest
    }
}
