/// The result of a move.
public struct Movement: Hashable, Sendable {
    /// The new position of the shape's centre, in metres.
    public var position: Vector3
    /// The contacts of the shape, in order.
    public var contacts: [Contact]

    /// Creates a movement.
    ///
    /// - Parameters:
    ///   - position: The new position of the shape's centre, in metres.
    ///   - contacts: The contacts of the shape, in order.
    public init(position: Vector3, contacts: [Contact]) {
        self.position = position
        self.contacts = contacts
    }

    /// Returns the first contact that the shape can stand on, or `nil` when there is none.
    ///
    /// - Parameters:
    ///   - minimumUpCosine: The cosine of the steepest slope. 0.7 is about 45°.
    ///   - up: The unit vector against gravity.
    public func ground(minimumUpCosine: Double = 0.7, up: Vector3 = Vector3(0, 0, 1)) -> Contact? {
        contacts.first { $0.isWalkable(minimumUpCosine: minimumUpCosine, up: up) }
    }
}

extension CollisionWorld {
    /// Moves a shape, which slides along the colliders that it hits.
    ///
    /// The shape passes through no collider at any speed, and moves no farther than the motion is
    /// long. A shape that overlaps nothing at the start is at least half the skin away from all
    /// colliders at the end. A shape that overlaps a collider can leave it, but not move deeper.
    ///
    /// - Parameters:
    ///   - shape: The shape.
    ///   - position: The position of the shape's centre, in metres.
    ///   - motion: The motion of this step, in metres. The shape stays when it is not finite.
    ///   - maximumDeflections: How many times the shape may change its direction.
    public func move(
        _ shape: CollisionShape, from position: Vector3, by motion: Vector3,
        maximumDeflections: Int = 8
    ) -> Movement {
        var movement = Movement(position: position, contacts: [])
        let core = Core(shape)
        guard isValidQuery(position, motion) else { return movement }
        var rest = motion
        var planes = ClipPlanes()
        for bend in 0...max(0, maximumDeflections) where rest != .zero {
            let sweep = sweep(core, from: movement.position, by: rest)
            guard let touch = firstTouch(sweep) else {
                movement.position = movement.position + rest
                break
            }
            let contact = contact(touch, of: sweep)
            movement.position = contact.position
            movement.contacts.append(contact)
            guard bend < maximumDeflections else { break }
            // Planes that the shape has moved away from no longer stop it.
            if (rest * contact.fraction).largest > skin { planes = ClipPlanes() }
            rest = planes.clip(rest * (1 - contact.fraction), by: contact.normal)
            // A shape that moved back would tremble in a corner.
            if rest.dot(motion) <= 0 { break }
        }
        return movement
    }

    /// Returns whether a position and a motion are finite and inside the world.
    func isValidQuery(_ position: Vector3, _ motion: Vector3) -> Bool {
        position.isInWorld && motion.isInWorld
    }
}

/// The planes that stop a shape.
private struct ClipPlanes {
    private var normals = InlineArray<4, Vector3>(repeating: .zero)
    private var count = 0
    /// The fraction by which a motion is clipped too much, so that rounding leaves no motion into a
    /// plane.
    private static let margin = 1e-9

    /// Adds a plane and returns the longest part of a motion that leads into none of the planes.
    ///
    /// It is a motion along one plane or along the crease between two, as in Quake, and zero in a
    /// corner of three.
    mutating func clip(_ motion: Vector3, by normal: Vector3) -> Vector3 {
        guard count < 4 else { return .zero }
        normals[count] = normal
        count += 1
        var best = Vector3.zero
        for plane in 0..<count { offer(along(normals[plane], motion), to: &best) }
        guard best == .zero else { return best }
        for first in 0..<count {
            for second in (first + 1)..<max(count, first + 1) {
                offer(along(normals[first], normals[second], motion), to: &best)
            }
        }
        return best
    }

    private func offer(_ motion: Vector3, to best: inout Vector3) {
        guard motion.squaredLength > best.squaredLength else { return }
        let tolerance = -1e-12 * motion.length
        for plane in 0..<count where normals[plane].dot(motion) < tolerance { return }
        best = motion
    }

    private func along(_ normal: Vector3, _ motion: Vector3) -> Vector3 {
        let depth = normal.dot(motion)
        return depth < 0 ? motion - normal * (depth * (1 + Self.margin)) : motion
    }

    private func along(_ first: Vector3, _ second: Vector3, _ motion: Vector3) -> Vector3 {
        let crease = first.cross(second).unit
        let part = crease * (crease.dot(motion) * (1 - 4 * Self.margin))
        return part + (first + second) * (part.length * Self.margin)
    }
}
