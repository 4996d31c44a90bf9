extension CollisionWorld {
    /// The first thing that a shape on a straight way meets, skin and all; `nil` if the way is free.
    ///
    /// A shape that is already in contact meets what it moves into, not what it leaves.
    public func cast(_ shape: CollisionShape, from place: Vector3, by way: Vector3) -> Contact? {
        guard isQuestion(place, way), way != .zero else { return nil }
        let sweep = sweep(Core(shape), from: place, by: way)
        return firstTouch(sweep).map { contact($0, of: sweep) }
    }

    /// The ground under a shape, within `reach` metres below it; `nil` where there is none, or where
    /// what is there is too steep to stand on.
    ///
    /// - Parameters:
    ///   - steepest: The cosine of the steepest slope: 0.7 is about 45°.
    ///   - up: The direction of length 1 against gravity.
    public func ground(
        under shape: CollisionShape, at place: Vector3, within reach: Double = 0.1,
        steepest: Double = 0.7, up: Vector3 = Vector3(0, 0, 1)
    ) -> Contact? {
        guard let contact = cast(shape, from: place, by: up * -reach),
            contact.isWalkable(steepest: steepest, up: up)
        else { return nil }
        return contact
    }

    /// Whether anything is nearer to a shape than `margin` metres. Touching is not nearer than 0,
    /// but for what has no round surface: a box, a sphere without radius.
    public func overlaps(
        _ shape: CollisionShape, at place: Vector3, margin: Double = 0
    ) -> Bool {
        guard isQuestion(place, .zero) else { return false }
        let core = Core(shape)
        var found = false
        visit(core, at: place, margin: margin) { solid in
            let distance = core.gap(at: place, to: solid).distance
            found = distance == 0 || distance - core.radius < margin
            return !found
        }
        return found
    }

    /// A free place near one that is not: out of what overlaps, the deepest first.
    ///
    /// - Returns: The place itself where it is free, `nil` if none was found.
    public func freePlace(for shape: CollisionShape, near place: Vector3) -> Vector3? {
        guard isQuestion(place, .zero) else { return nil }
        let core = Core(shape)
        var place = place
        for _ in 0..<32 {
            var push = Vector3.zero
            visit(core, at: place, margin: skin) { solid in
                let way = core.wayOut(of: solid, at: place, skin: skin)
                let (new, old) = (way.squaredLength, push.squaredLength)
                if new > old || new == old && way.precedes(push) { push = way }
                return true
            }
            guard push.length > skin / 2 else { return place }
            place = place + push
        }
        return nil
    }

    @inline(__always)
    private func visit(
        _ core: Core, at place: Vector3, margin: Double, _ body: (Solid) -> Bool
    ) {
        let room = max(0, margin) + slack
        let reach = core.reach + Vector3(room, room, room)
        tree.visit(Bounds(low: place - reach, high: place + reach)) { body(solids[$0]) }
    }
}

extension Core {
    /// How far this core would have to be moved to have a solid's surface behind its skin.
    fileprivate func wayOut(of solid: Solid, at place: Vector3, skin: Double) -> Vector3 {
        let gap = gap(at: place, to: solid)
        var depth = radius + skin - gap.distance
        if gap.distance == 0 {
            // Cores that meet have to be parted along the normal, half of each.
            let sides = half.magnitudes
            let mine = kind == .line ? abs(half.dot(gap.normal)) : sides.dot(gap.normal.magnitudes)
            let base = solid.kind == .box ? solid.b.dot(gap.normal.magnitudes) : 0
            depth += base + mine - (place - solid.a).dot(gap.normal)
        }
        return depth > 0 ? gap.normal * depth : .zero
    }
}
