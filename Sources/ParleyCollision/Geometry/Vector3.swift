/// A place or a direction, in metres.
///
/// Games of the plane leave z at 0: whatever moves there stays there exactly, since every sum and
/// product of zeros is zero.
@frozen
public struct Vector3: Hashable, Sendable {
    /// The first coordinate.
    public var x: Double
    /// The second coordinate.
    public var y: Double
    /// The third coordinate; 0 in the plane.
    public var z: Double

    /// The vector with these coordinates.
    @inlinable
    public init(_ x: Double, _ y: Double, _ z: Double = 0) {
        self.x = x
        self.y = y
        self.z = z
    }

    /// No length, no direction.
    public static let zero = Vector3(0, 0, 0)

    /// The scalar product.
    @inlinable
    public func dot(_ other: Vector3) -> Double { x * other.x + y * other.y + z * other.z }

    /// The vector product, right-handed. Swapping the two changes nothing but the sign, exactly.
    @inlinable
    public func cross(_ other: Vector3) -> Vector3 {
        Vector3(
            y * other.z - z * other.y, z * other.x - x * other.z, x * other.y - y * other.x)
    }

    /// The square of the length.
    @inlinable public var squaredLength: Double { dot(self) }

    /// The length.
    @inlinable public var length: Double { squaredLength.squareRoot() }

    /// The direction with length 1; zero has none and stays zero.
    @inlinable public var unit: Vector3 {
        let length = length
        return length > 0 ? self * (1 / length) : .zero
    }

    /// Whether no coordinate is infinite or not a number.
    @inlinable public var isFinite: Bool { x.isFinite && y.isFinite && z.isFinite }

    /// The sum.
    @inlinable
    public static func + (left: Vector3, right: Vector3) -> Vector3 {
        Vector3(left.x + right.x, left.y + right.y, left.z + right.z)
    }

    /// The difference.
    @inlinable
    public static func - (left: Vector3, right: Vector3) -> Vector3 {
        Vector3(left.x - right.x, left.y - right.y, left.z - right.z)
    }

    /// The opposite direction.
    @inlinable
    public static prefix func - (vector: Vector3) -> Vector3 {
        Vector3(-vector.x, -vector.y, -vector.z)
    }

    /// The vector, `factor` times as long.
    @inlinable
    public static func * (vector: Vector3, factor: Double) -> Vector3 {
        Vector3(vector.x * factor, vector.y * factor, vector.z * factor)
    }
}

extension Vector3 {
    /// Each coordinate without its sign.
    @inline(__always) var magnitudes: Vector3 { Vector3(abs(x), abs(y), abs(z)) }

    /// The largest coordinate's magnitude.
    var largest: Double { max(abs(x), abs(y), abs(z)) }

    /// The coordinate along the axis with this number, from 0.
    subscript(axis: Int) -> Double { axis == 0 ? x : axis == 1 ? y : z }

    /// What two vectors give, coordinate by coordinate.
    @inline(__always)
    func zip(_ other: Vector3, _ combine: (Double, Double) -> Double) -> Vector3 {
        Vector3(combine(x, other.x), combine(y, other.y), combine(z, other.z))
    }

    /// The order of the coordinates, the first counting most: it decides ties.
    func precedes(_ other: Vector3) -> Bool { (x, y, z) < (other.x, other.y, other.z) }
}
