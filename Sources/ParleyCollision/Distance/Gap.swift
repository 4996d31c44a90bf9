/// What lies between a core and a solid.
struct Gap {
    /// Metres from the one to the other; 0 where they meet.
    var distance: Double
    /// The direction of length 1 from the solid to the core. Where they meet, the way out; zero if
    /// every way is one.
    var normal: Vector3
    /// The place on the solid that is nearest.
    var point: Vector3

    /// Between two places; `fallback` is the way out when they are one, but for rounding, whose
    /// direction would mean nothing.
    @inline(__always)
    init(from point: Vector3, to place: Vector3, fallback: Vector3) {
        let way = place - point
        let length = way.length
        let isApart =
            length > 1e-150 && length > 1e-14 * (abs(place.x) + abs(place.y) + abs(place.z))
        self.point = point
        distance = isApart ? length : 0
        normal = isApart ? way * (1 / length) : fallback
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
    /// The gap between this core with its middle at `place` and a solid.
    @inline(__always)
    func gap(at place: Vector3, to solid: Solid) -> Gap {
        switch (kind, solid.kind) {
        case (.point, .triangle): solid.gap(toPoint: place)
        case (.point, .segment):
            Gap(
                from: nearest(place, on: solid.a, solid.b - solid.a), to: place,
                fallback: .zero)
        case (.point, .box): Block(center: solid.a, half: solid.b).gap(toPoint: place)
        case (.block, .box):
            // As for a point and a box that is larger by what the core is.
            Block(center: solid.a, half: solid.b).onto(
                Block(center: solid.a, half: solid.b + half).gap(toPoint: place))
        case (.line, .triangle): solid.gap(toLine: place, half)
        case (.line, .segment):
            lineGap(
                place - half, half * 2, solid.a, solid.b - solid.a,
                fallback: (place - nearest(place, on: solid.a, solid.b - solid.a)).unit)
        case (.line, .box):
            Block(center: solid.a, half: solid.b).gap(toLine: place - half, half * 2).reversed()
        case (.block, .segment):
            Block(center: place, half: half).gap(toLine: solid.a, solid.b - solid.a)
        case (.block, .triangle): Block(center: place, half: half).gap(to: solid)
        }
    }
}

/// The place on a line from `start` along `way` that is nearest to `place`.
@inline(__always)
func nearest(_ place: Vector3, on start: Vector3, _ way: Vector3) -> Vector3 {
    start + way * clampedShare((place - start).dot(way), of: way.squaredLength)
}

@inline(__always)
func clampedShare(_ part: Double, of whole: Double) -> Double {
    whole > 0 ? min(max(part / whole, 0), 1) : 0
}

/// The gap from one line to another: the first is the core's (Ericson, "Real-Time Collision
/// Detection", 5.1.9).
@inline(__always)
func lineGap(
    _ start: Vector3, _ way: Vector3, _ other: Vector3, _ otherWay: Vector3, fallback: Vector3
) -> Gap {
    let between = start - other
    let (a, e) = (way.squaredLength, otherWay.squaredLength)
    let (b, c, f) = (way.dot(otherWay), way.dot(between), otherWay.dot(between))
    let parallel = a * e - b * b
    // Lines that are all but parallel have many nearest places; the one at the start is as good.
    var share = parallel > 1e-14 * a * e ? min(max((b * f - c * e) / parallel, 0), 1) : 0
    let along = b * share + f
    if along <= 0 {
        share = clampedShare(-c, of: a)
    } else if along >= e {
        share = clampedShare(b - c, of: a)
    }
    let otherShare = clampedShare(b * share + f, of: e)
    return Gap(
        from: other + otherWay * otherShare, to: start + way * share, fallback: fallback)
}
