package import Parley

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

    /// The direction, with length 1. Zero has no direction and stays zero.
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
}

/// Two places can be blended, so the view can smooth corrections.
extension Vector: Blendable {
    package func scaled(by factor: Double) -> Vector { self * factor }
}

/// The arena is a plane in the space of the collision world.
extension Vector {
    package init(_ place: Vector3) {
        self.init(place.x, place.y)
    }

    package var inSpace: Vector3 { Vector3(x, y) }
}

extension Rectangle {
    package var collider: Collider {
        .box(low: minimum.inSpace, high: maximum.inSpace)
    }
}
