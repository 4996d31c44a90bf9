extension CollisionWorld {
    /// Returns the first contact of a shape that moves in a straight line, or `nil` when there is none.
    ///
    /// The shape stops a skin away from the collider. A shape that already is in contact hits the
    /// colliders that it moves into, and not those that it moves away from.
    ///
    /// - Parameters:
    ///   - shape: The shape.
    ///   - position: The position of the shape's centre, in metres.
    ///   - motion: The motion, in metres.
    public func cast(_ shape: CollisionShape, from position: Vector3, by motion: Vector3)
        -> Contact?
    {
        guard isValidQuery(position, motion), motion != .zero else { return nil }
        let sweep = sweep(Core(shape), from: position, by: motion)
        return firstTouch(sweep).map { contact($0, of: sweep) }
    }

    /// Returns the ground under a shape, or `nil` where there is none or where it is too steep.
    ///
    /// - Parameters:
    ///   - shape: The shape.
    ///   - position: The position of the shape's centre, in metres.
    ///   - reach: How far below the shape to look, in metres.
    ///   - minimumUpCosine: The cosine of the steepest slope. 0.7 is about 45°.
    ///   - up: The unit vector against gravity.
    public func ground(
        under shape: CollisionShape, at position: Vector3, within reach: Double = 0.1,
        minimumUpCosine: Double = 0.7, up: Vector3 = Vector3(0, 0, 1)
    ) -> Contact? {
        guard let contact = cast(shape, from: position, by: up * -reach),
            contact.isWalkable(minimumUpCosine: minimumUpCosine, up: up)
        else { return nil }
        return contact
    }

    /// Returns whether a collider is closer to a shape than a margin.
    ///
    /// With a margin of 0, a collider that only touches the shape does not overlap it, unless the
    /// shape is a box or has no radius.
    ///
    /// - Parameters:
    ///   - shape: The shape.
    ///   - position: The position of the shape's centre, in metres.
    ///   - margin: The margin, in metres.
    public func overlaps(
        _ shape: CollisionShape, at position: Vector3, margin: Double = 0
    ) -> Bool {
        guard isValidQuery(position, .zero) else { return false }
        let core = Core(shape)
        var found = false
        visit(core, at: position, margin: margin) { solid in
            let distance = core.gap(at: position, to: solid).distance
            found = distance == 0 || distance - core.radius < margin
            return !found
        }
        return found
    }

    /// Returns a position near another where a shape overlaps nothing.
    ///
    /// The shape is pushed out of the colliders that it overlaps, out of the deepest overlap first.
    ///
    /// - Parameters:
    ///   - shape: The shape.
    ///   - position: The position of the shape's centre, in metres.
    /// - Returns: The position, which is `position` where that is free, or `nil` when 32 pushes do not
    ///   find one.
    public func freePosition(for shape: CollisionShape, near position: Vector3) -> Vector3? {
        guard isValidQuery(position, .zero) else { return nil }
        let core = Core(shape)
        var position = position
        for _ in 0..<32 {
            var push = Vector3.zero
            visit(core, at: position, margin: skin) { solid in
                let motion = core.separation(of: solid, at: position, skin: skin)
                let (new, old) = (motion.squaredLength, push.squaredLength)
                if new > old || new == old && motion.precedes(push) { push = motion }
                return true
            }
            guard push.length > skin / 2 else { return position }
            position = position + push
        }
        return nil
    }

    @inline(__always)
    private func visit(
        _ core: Core, at position: Vector3, margin: Double, _ body: (Solid) -> Bool
    ) {
        let room = max(0, margin) + slack
        let reach = core.reach + Vector3(room, room, room)
        tree.visit(Bounds(low: position - reach, high: position + reach)) { body(solids[$0]) }
    }
}

extension Core {
    /// The shortest motion after which a solid is at least a skin away from this core.
    fileprivate func separation(of solid: Solid, at position: Vector3, skin: Double) -> Vector3 {
        let gap = gap(at: position, to: solid)
        var depth = radius + skin - gap.distance
        if gap.distance == 0 {
            // Cores that intersect are parted along the normal, by half the extent of each.
            let sides = half.magnitudes
            let mine = kind == .line ? abs(half.dot(gap.normal)) : sides.dot(gap.normal.magnitudes)
            let base = solid.kind == .box ? solid.b.dot(gap.normal.magnitudes) : 0
            depth += base + mine - (position - solid.a).dot(gap.normal)
        }
        return depth > 0 ? gap.normal * depth : .zero
    }
}
