/// Where a move led.
public struct Movement: Hashable, Sendable {
    /// Where the shape now is, in metres.
    public var place: Vector3
    /// What it met, in that order.
    public var contacts: [Contact]

    /// A movement that ends there.
    public init(place: Vector3, contacts: [Contact]) {
        self.place = place
        self.contacts = contacts
    }

    /// What it stands on, if it came down on something on its way that one can stand on.
    public func ground(steepest: Double = 0.7, up: Vector3 = Vector3(0, 0, 1)) -> Contact? {
        contacts.first { $0.isWalkable(steepest: steepest, up: up) }
    }
}

extension CollisionWorld {
    /// Moves a shape, and lets it slide along what it meets.
    ///
    /// It never passes through anything, at any speed, and goes no farther than `way` is long. Where
    /// it starts free it ends free: at least half the skin stays between it and everything. Where it
    /// starts inside something it can leave, but not go deeper.
    ///
    /// - Parameters:
    ///   - place: Where the middle of the shape is, in metres.
    ///   - way: What it wants to do in this step, in metres; nothing happens if that is not finite.
    ///   - bends: How many times it may change its direction.
    public func move(
        _ shape: CollisionShape, from place: Vector3, by way: Vector3, bends: Int = 8
    ) -> Movement {
        var movement = Movement(place: place, contacts: [])
        let core = Core(shape)
        guard isQuestion(place, way) else { return movement }
        var rest = way
        var crossed = Creases()
        for bend in 0...max(0, bends) where rest != .zero {
            let sweep = sweep(core, from: movement.place, by: rest)
            guard let touch = firstTouch(sweep) else {
                movement.place = movement.place + rest
                break
            }
            let contact = contact(touch, of: sweep)
            movement.place = contact.place
            movement.contacts.append(contact)
            guard bend < bends else { break }
            // What was met before the shape went on no longer holds it.
            if (rest * contact.share).largest > skin { crossed = Creases() }
            rest = crossed.clip(rest * (1 - contact.share), by: contact.normal)
            // Never back: in a corner that would tremble.
            if rest.dot(way) <= 0 { break }
        }
        return movement
    }

    /// Whether places and ways can be reckoned with.
    func isQuestion(_ place: Vector3, _ way: Vector3) -> Bool {
        place.isInWorld && way.isInWorld
    }
}

/// The planes that hold a shape, and what is left of its way between them.
private struct Creases {
    private var normals = InlineArray<4, Vector3>(repeating: .zero)
    private var count = 0
    /// A little more than what goes into a plane is taken away, so that rounding leaves nothing of it.
    private static let margin = 1e-9

    /// The longest part of `way` that leads into none of the planes: along one, or along the crease
    /// between two (as Quake did it); zero in a corner of three.
    mutating func clip(_ way: Vector3, by normal: Vector3) -> Vector3 {
        guard count < 4 else { return .zero }
        normals[count] = normal
        count += 1
        var best = Vector3.zero
        for plane in 0..<count { offer(along(normals[plane], way), to: &best) }
        guard best == .zero else { return best }
        for first in 0..<count {
            for second in (first + 1)..<max(count, first + 1) {
                offer(along(normals[first], normals[second], way), to: &best)
            }
        }
        return best
    }

    private func offer(_ way: Vector3, to best: inout Vector3) {
        guard way.squaredLength > best.squaredLength else { return }
        let tolerance = -1e-12 * way.length
        for plane in 0..<count where normals[plane].dot(way) < tolerance { return }
        best = way
    }

    private func along(_ normal: Vector3, _ way: Vector3) -> Vector3 {
        let depth = normal.dot(way)
        return depth < 0 ? way - normal * (depth * (1 + Self.margin)) : way
    }

    private func along(_ first: Vector3, _ second: Vector3, _ way: Vector3) -> Vector3 {
        let crease = first.cross(second).unit
        let part = crease * (crease.dot(way) * (1 - 4 * Self.margin))
        return part + (first + second) * (part.length * Self.margin)
    }
}
