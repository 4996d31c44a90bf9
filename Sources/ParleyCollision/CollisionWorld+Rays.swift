extension CollisionWorld {
    /// The first thing that a straight line meets: what a shot hits, or what hides one from another.
    ///
    /// Triangles are met from both sides, and a line does not slip through the seam between two. A
    /// line that starts inside a box meets it there.
    ///
    /// - Parameter way: In metres, as far as it is to look.
    public func cast(from place: Vector3, by way: Vector3) -> Contact? {
        guard isQuestion(place, way), way != .zero else { return nil }
        let corridor = Corridor(
            from: place, by: way, reach: Vector3(slack, slack, slack))
        var best: Sweep.Touch?
        tree.walk(corridor) { index, limit in
            guard let hit = solids[index].hit(from: place, by: way, slack: slack) else { return }
            let touch = Sweep.Touch(
                share: hit.share, stop: hit.share, gap: hit.gap, solid: index)
            guard touch.share <= limit, best.map(touch.precedes) ?? true else { return }
            best = touch
            limit = touch.share
        }
        return best.map {
            Contact(
                share: $0.share, place: $0.gap.point, point: $0.gap.point, normal: $0.gap.normal,
                collider: Int(indices[$0.solid]))
        }
    }

    /// Whether nothing lies on the straight line between two places.
    public func isClear(from place: Vector3, to other: Vector3) -> Bool {
        cast(from: place, by: other - place) == nil
    }
}

extension Solid {
    @inline(__always)
    fileprivate func hit(
        from place: Vector3, by way: Vector3, slack: Double
    ) -> (share: Double, gap: Gap)? {
        switch kind {
        case .triangle: triangleHit(place, way)
        case .segment: segmentHit(place, way, slack)
        case .box: boxHit(place, way)
        }
    }

    /// On which sides of the three edges a line passes. Two triangles with a common edge compute the
    /// same number for it, but for the sign, so that no line passes between them.
    @inline(__always)
    private func triangleHit(_ place: Vector3, _ way: Vector3) -> (share: Double, gap: Gap)? {
        let (a, b, c) = (self.a - place, self.b - place, self.c - place)
        let first = way.dot(c.cross(b))
        let second = way.dot(a.cross(c))
        let third = way.dot(b.cross(a))
        guard (first >= 0 && second >= 0 && third >= 0) || (first <= 0 && second <= 0 && third <= 0)
        else { return nil }
        let slope = normal.dot(way)
        guard slope != 0 else { return nil }
        let share = a.dot(normal) / slope
        guard share >= 0, share <= 1 else { return nil }
        let side = slope < 0 ? normal : -normal
        return (share, Gap(distance: 0, normal: side, point: place + way * share))
    }

    @inline(__always)
    private func segmentHit(
        _ place: Vector3, _ way: Vector3, _ slack: Double
    ) -> (share: Double, gap: Gap)? {
        let along = b - a
        let gap = lineGap(place, way, a, along, fallback: .zero)
        guard gap.distance <= slack else { return nil }
        let share = clampedShare((gap.point - place).dot(way), of: way.squaredLength)
        // Across the segment, against the way.
        let across = way - along * (way.dot(along) / along.squaredLength)
        return (share, Gap(distance: 0, normal: -across.unit, point: place + way * share))
    }

    @inline(__always)
    private func boxHit(_ place: Vector3, _ way: Vector3) -> (share: Double, gap: Gap)? {
        let corridor = Corridor(from: place, by: way, reach: .zero)
        let share = corridor.entry(into: bounds, limit: 1)
        guard share <= 1 else { return nil }
        let point = place + way * share
        var gap = Block(center: a, half: b).gap(toPoint: point)
        (gap.distance, gap.point) = (0, point)
        return (share, gap)
    }
}
