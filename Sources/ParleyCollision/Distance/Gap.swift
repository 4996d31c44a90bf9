/// The shortest connection between a core and a solid.
struct Gap {
    /// The distance in metres, or 0 where they intersect.
    var distance: Double
    /// The unit vector from the solid to the core. Where they intersect, it is the direction in which
    /// they separate, or zero if every direction does.
    var normal: Vector3
    /// The nearest point of the solid.
    var point: Vector3

    /// The gap between two points. `fallback` is the normal of points that are equal up to rounding,
    /// whose difference has no meaningful direction.
    @inline(__always)
    init(from point: Vector3, to position: Vector3, fallback: Vector3) {
        let extent = position - point
        let length = extent.length
        let isApart =
            length > 1e-150
            && length > 1e-14 * (abs(position.x) + abs(position.y) + abs(position.z))
        self.point = point
        distance = isApart ? length : 0
        normal = isApart ? extent * (1 / length) : fallback
    }

    @inline(__always)
    init(distance: Double, normal: Vector3, point: Vector3) {
        self.distance = distance
        self.normal = normal
        self.point = point
    }

    @inline(__always)
    mutating func take(_ other: Gap) {
        if other.distance < distance { self = other }
    }

    /// The same gap seen from the other side.
    @inline(__always)
    func reversed() -> Gap {
        Gap(distance: distance, normal: -normal, point: point + normal * distance)
    }
}

extension Core {
    /// The gap between this core, with its centre at `position`, and a solid.
    @inline(__always)
    func gap(at position: Vector3, to solid: Solid) -> Gap {
        switch (kind, solid.kind) {
        case (.point, .triangle): solid.gap(toPoint: position)
        case (.point, .segment):
            Gap(
                from: nearest(position, on: solid.a, solid.b - solid.a), to: position,
                fallback: .zero)
        case (.point, .box): Block(center: solid.a, half: solid.b).gap(toPoint: position)
        case (.block, .box):
            // The same as for a point and a box that is enlarged by the core.
            Block(center: solid.a, half: solid.b).onto(
                Block(center: solid.a, half: solid.b + half).gap(toPoint: position))
        case (.line, .triangle): solid.gap(toLine: position, half)
        case (.line, .segment):
            lineGap(
                position - half, half * 2, solid.a, solid.b - solid.a,
                fallback: (position - nearest(position, on: solid.a, solid.b - solid.a)).unit)
        case (.line, .box):
            Block(center: solid.a, half: solid.b).gap(toLine: position - half, half * 2).reversed()
        case (.block, .segment):
            Block(center: position, half: half).gap(toLine: solid.a, solid.b - solid.a)
        case (.block, .triangle): Block(center: position, half: half).gap(to: solid)
        }
    }
}

/// Returns the point of a line from `start` along `extent` that is nearest to `position`.
@inline(__always)
func nearest(_ position: Vector3, on start: Vector3, _ extent: Vector3) -> Vector3 {
    start + extent * clampedFraction((position - start).dot(extent), of: extent.squaredLength)
}

@inline(__always)
func clampedFraction(_ part: Double, of whole: Double) -> Double {
    whole > 0 ? min(max(part / whole, 0), 1) : 0
}

/// Returns the gap between two lines, of which the first is the core (Ericson, "Real-Time Collision
/// Detection", 5.1.9).
@inline(__always)
func lineGap(
    _ start: Vector3, _ extent: Vector3, _ other: Vector3, _ otherExtent: Vector3, fallback: Vector3
) -> Gap {
    let between = start - other
    let (a, e) = (extent.squaredLength, otherExtent.squaredLength)
    let (b, c, f) = (extent.dot(otherExtent), extent.dot(between), otherExtent.dot(between))
    let parallel = a * e - b * b
    // Nearly parallel lines have many nearest points, of which the start is one.
    var fraction = parallel > 1e-14 * a * e ? min(max((b * f - c * e) / parallel, 0), 1) : 0
    let along = b * fraction + f
    if along <= 0 {
        fraction = clampedFraction(-c, of: a)
    } else if along >= e {
        fraction = clampedFraction(b - c, of: a)
    }
    let otherFraction = clampedFraction(b * fraction + f, of: e)
    return Gap(
        from: other + otherExtent * otherFraction, to: start + extent * fraction, fallback: fallback
    )
}
