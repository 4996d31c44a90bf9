/// A place or a direction in the arena, in metres: x grows to the east, y to the north.
package struct Vector: Hashable, Sendable {
    package var x: Double
    package var y: Double

    package init(_ x: Double, _ y: Double) {
        self.x = x
        self.y = y
    }

    package static let zero = Vector(0, 0)

    package var squaredLength: Double { x * x + y * y }
    package var length: Double { squaredLength.squareRoot() }

    /// The direction with length 1; zero has none and stays zero.
    package var unit: Vector {
        let length = length
        return length > 0 ? self * (1 / length) : .zero
    }

    /// A quarter turn to the right.
    package var rightHand: Vector { Vector(y, -x) }

    /// This vector, shortened when it is longer than `limit`.
    package func limited(to limit: Double) -> Vector {
        squaredLength > limit * limit ? unit * limit : self
    }

    package func distance(to other: Vector) -> Double { (other - self).length }

    package func dot(_ other: Vector) -> Double { x * other.x + y * other.y }

    package static func + (left: Vector, right: Vector) -> Vector {
        Vector(left.x + right.x, left.y + right.y)
    }

    package static func - (left: Vector, right: Vector) -> Vector {
        Vector(left.x - right.x, left.y - right.y)
    }

    package static func * (vector: Vector, factor: Double) -> Vector {
        Vector(vector.x * factor, vector.y * factor)
    }
}

/// A rectangle whose sides run east and north: every obstacle is one.
package struct Rectangle: Hashable, Sendable {
    package var minimum: Vector
    package var maximum: Vector

    package init(_ minX: Double, _ minY: Double, _ maxX: Double, _ maxY: Double) {
        minimum = Vector(minX, minY)
        maximum = Vector(maxX, maxY)
    }

    package var corners: [Vector] {
        [
            minimum, Vector(maximum.x, minimum.y),
            maximum, Vector(minimum.x, maximum.y),
        ]
    }

    package func grown(by margin: Double) -> Rectangle {
        Rectangle(
            minimum.x - margin, minimum.y - margin, maximum.x + margin, maximum.y + margin)
    }

    package func contains(_ point: Vector) -> Bool {
        point.x >= minimum.x && point.x <= maximum.x
            && point.y >= minimum.y && point.y <= maximum.y
    }

    /// The point of the rectangle that is nearest to `point`; the point itself when it is inside.
    package func nearest(to point: Vector) -> Vector {
        Vector(
            min(max(point.x, minimum.x), maximum.x),
            min(max(point.y, minimum.y), maximum.y))
    }

    package func distance(to point: Vector) -> Double { nearest(to: point).distance(to: point) }

    /// Whether the straight way from `start` to `end` comes nearer than `margin`.
    package func obstructs(from start: Vector, to end: Vector, margin: Double) -> Bool {
        guard grown(by: margin).meets(start, end) else { return false }
        if meets(start, end) { return true }
        if distance(to: start) < margin || distance(to: end) < margin { return true }
        return corners.contains { $0.distance(toSegment: start, end) < margin }
    }

    /// Whether the segment has a point in common with the rectangle (the slab method).
    private func meets(_ start: Vector, _ end: Vector) -> Bool {
        var first = 0.0
        var last = 1.0
        let axes = [
            (start.x, end.x - start.x, minimum.x, maximum.x),
            (start.y, end.y - start.y, minimum.y, maximum.y),
        ]
        for (origin, way, low, high) in axes {
            guard way != 0 else {
                if origin < low || origin > high { return false }
                continue
            }
            let (enter, leave) = ((low - origin) / way, (high - origin) / way)
            first = max(first, min(enter, leave))
            last = min(last, max(enter, leave))
        }
        return first <= last
    }
}

extension Vector {
    fileprivate func distance(toSegment start: Vector, _ end: Vector) -> Double {
        let way = end - start
        let share = way.squaredLength > 0 ? (self - start).dot(way) / way.squaredLength : 0
        return distance(to: start + way * min(max(share, 0), 1))
    }
}
