extension CollisionWorld {
    /// Returns the first contact of a ray, such as a shot or a line of sight, or `nil` when there is
    /// none.
    ///
    /// A ray hits triangles from both sides and does not pass between two that share an edge. A ray
    /// that starts inside a box hits it at the start.
    ///
    /// - Parameters:
    ///   - position: The start of the ray, in metres.
    ///   - motion: The direction and the length of the ray, in metres.
    public func cast(from position: Vector3, by motion: Vector3) -> Contact? {
        guard isValidQuery(position, motion), motion != .zero else { return nil }
        let sweptBox = SweptBox(
            from: position, by: motion, reach: Vector3(slack, slack, slack))
        var best: Sweep.Touch?
        tree.walk(sweptBox) { index, limit in
            guard let hit = solids[index].hit(from: position, by: motion, slack: slack) else {
                return
            }
            let touch = Sweep.Touch(
                fraction: hit.fraction, stop: hit.fraction, gap: hit.gap, solid: index)
            guard touch.fraction <= limit, best.map(touch.precedes) ?? true else { return }
            best = touch
            limit = touch.fraction
        }
        return best.map {
            Contact(
                fraction: $0.fraction, position: $0.gap.point, point: $0.gap.point,
                normal: $0.gap.normal,
                collider: Int(indices[$0.solid]))
        }
    }

    /// Returns whether no collider is on the straight line between two positions.
    public func isClear(from position: Vector3, to other: Vector3) -> Bool {
        cast(from: position, by: other - position) == nil
    }
}

extension Solid {
    @inline(__always)
    fileprivate func hit(
        from position: Vector3, by motion: Vector3, slack: Double
    ) -> (fraction: Double, gap: Gap)? {
        switch kind {
        case .triangle: triangleHit(position, motion)
        case .segment: segmentHit(position, motion, slack)
        case .box: boxHit(position, motion)
        }
    }

    /// Tests on which sides of the three edges a line passes. For a shared edge, two triangles compute
    /// the same number with opposite signs, so no line passes between them.
    @inline(__always)
    private func triangleHit(_ position: Vector3, _ motion: Vector3) -> (
        fraction: Double, gap: Gap
    )? {
        let (a, b, c) = (self.a - position, self.b - position, self.c - position)
        let first = motion.dot(c.cross(b))
        let second = motion.dot(a.cross(c))
        let third = motion.dot(b.cross(a))
        guard (first >= 0 && second >= 0 && third >= 0) || (first <= 0 && second <= 0 && third <= 0)
        else { return nil }
        let slope = normal.dot(motion)
        guard slope != 0 else { return nil }
        let fraction = a.dot(normal) / slope
        guard fraction >= 0, fraction <= 1 else { return nil }
        let side = slope < 0 ? normal : -normal
        return (fraction, Gap(distance: 0, normal: side, point: position + motion * fraction))
    }

    @inline(__always)
    private func segmentHit(
        _ position: Vector3, _ motion: Vector3, _ slack: Double
    ) -> (fraction: Double, gap: Gap)? {
        let along = b - a
        let gap = lineGap(position, motion, a, along, fallback: .zero)
        guard gap.distance <= slack else { return nil }
        let fraction = clampedFraction((gap.point - position).dot(motion), of: motion.squaredLength)
        // Perpendicular to the segment, against the direction of the ray.
        let across = motion - along * (motion.dot(along) / along.squaredLength)
        return (
            fraction, Gap(distance: 0, normal: -across.unit, point: position + motion * fraction)
        )
    }

    @inline(__always)
    private func boxHit(_ position: Vector3, _ motion: Vector3) -> (fraction: Double, gap: Gap)? {
        let sweptBox = SweptBox(from: position, by: motion, reach: .zero)
        let fraction = sweptBox.entry(into: bounds, limit: 1)
        guard fraction <= 1 else { return nil }
        let point = position + motion * fraction
        var gap = Block(center: a, half: b).gap(toPoint: point)
        (gap.distance, gap.point) = (0, point)
        return (fraction, gap)
    }
}
