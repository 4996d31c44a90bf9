import Testing

@testable import ParleyCollision

/// Proves each distance: by a point of the solid, a point of the core at that distance, and a plane
/// between the two that no corner of either crosses. Convex bodies have no other distance.
@Suite struct DistanceTests {
    @Test(arguments: 1...20 as ClosedRange<UInt64>) func everyDistanceIsVerified(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        for round in 0..<400 {
            let isFlat = round % 3 == 0
            let core = Core(isFlat ? generator.flatShape() : generator.shape())
            let place = isFlat ? generator.flatVector(3) : generator.vector(3)
            let colliders =
                isFlat
                ? generator.flatClutter(2, reach: 2) : generator.clutter(2, reach: 2)
            for solid in colliders.compactMap(Solid.init) {
                expectProof(core.gap(at: place, to: solid), core, place, solid, seed)
            }
        }
    }

    /// Positions and directions along the axes, where several features are equally near.
    @Test(arguments: 1...20 as ClosedRange<UInt64>) func tiesAreVerifiedToo(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        func whole() -> Vector3 {
            let (x, y, z) = (
                generator.number(-3...3), generator.number(-3...3), generator.number(-3...3)
            )
            return Vector3(x.rounded(), y.rounded(), z.rounded())
        }
        for _ in 0..<800 {
            let shape: CollisionShape =
                switch generator.next() % 3 {
                case 0: .sphere(radius: 0.5)
                case 1: .capsule(radius: 0.5, halfAxis: whole())
                default: .box(halfSides: whole().magnitudes)
                }
            let corner = whole()
            let colliders: [Collider] = [
                .triangle(whole(), whole(), whole()), .segment(whole(), whole()),
                .box(low: corner, high: corner + whole().magnitudes),
            ]
            let place = whole()
            for solid in colliders.compactMap(Solid.init) {
                let core = Core(shape)
                expectProof(core.gap(at: place, to: solid), core, place, solid, seed)
            }
        }
    }

    private func expectProof(
        _ gap: Gap, _ core: Core, _ place: Vector3, _ solid: Solid, _ seed: UInt64
    ) {
        if let flaw = flaw(of: gap, core, place, solid) {
            Issue.record("\(gap) \(flaw): \(core) at \(place), \(solid), seed \(seed)")
        }
    }

    private func flaw(
        of gap: Gap, _ core: Core, _ place: Vector3, _ solid: Solid
    ) -> String? {
        let near = 1e-9
        guard isOn(gap.point, solid, near) else { return "is not on it" }
        let mine = gap.point + gap.normal * gap.distance
        guard isOn(mine - place, core, near) else { return "does not reach" }
        guard gap.distance > 0 else { return nil }
        guard abs(gap.normal.length - 1) < 1e-12 else { return "has no direction" }
        let level = gap.point.dot(gap.normal)
        let isParted =
            corners(of: solid).allSatisfy { $0.dot(gap.normal) <= level + near }
            && corners(of: core).allSatisfy {
                (place + $0).dot(gap.normal) >= level + gap.distance - near
            }
        return isParted ? nil : "is not the nearest"
    }

    private func isOn(_ place: Vector3, _ solid: Solid, _ near: Double) -> Bool {
        switch solid.kind {
        case .box: return isIn(place - solid.a, solid.b, near)
        case .segment: return isOnLine(place, solid.a, solid.b, near)
        case .triangle:
            // Inside all edges, or on one.
            let edges = [(solid.a, solid.b), (solid.b, solid.c), (solid.c, solid.a)]
            if edges.contains(where: { isOnLine(place, $0, $1, near) }) { return true }
            return abs((place - solid.a).dot(solid.normal)) < near
                && edges.allSatisfy { ($1 - $0).cross(place - $0).dot(solid.normal) >= -near }
        }
    }

    private func isOn(_ offset: Vector3, _ core: Core, _ near: Double) -> Bool {
        switch core.kind {
        case .point: offset.length < near
        case .line: isOnLine(offset, -core.half, core.half, near)
        case .block: isIn(offset, core.half, near)
        }
    }

    private func isIn(_ offset: Vector3, _ half: Vector3, _ near: Double) -> Bool {
        let outside = offset.magnitudes - half
        return max(outside.x, outside.y, outside.z) < near
    }

    private func isOnLine(
        _ place: Vector3, _ start: Vector3, _ end: Vector3, _ near: Double
    ) -> Bool {
        abs((place - start).length + (place - end).length - (end - start).length) < near
    }

    private func corners(of solid: Solid) -> [Vector3] {
        guard solid.kind == .box else { return [solid.a, solid.b, solid.c] }
        return corners(of: solid.b).map { solid.a + $0 }
    }

    private func corners(of core: Core) -> [Vector3] {
        core.kind == .line ? [-core.half, core.half] : corners(of: core.half)
    }

    private func corners(of half: Vector3) -> [Vector3] {
        (0..<8).map { corner in
            half.zip(Vector3(Double(corner & 1), Double(corner >> 1 & 1), Double(corner >> 2))) {
                $0 * (2 * $1 - 1)
            }
        }
    }
}
