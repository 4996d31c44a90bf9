/// A position or a direction, in metres.
///
/// Two-dimensional games leave z at 0. It stays exactly 0, since every sum and product of zeros is.
@frozen
public struct Vector3: Hashable, Sendable {
    /// The first coordinate.
    public var x: Double
    /// The second coordinate.
    public var y: Double
    /// The third coordinate, which is 0 in two dimensions.
    public var z: Double

    /// Creates a vector.
    @inlinable
    public init(_ x: Double, _ y: Double, _ z: Double = 0) {
        self.x = x
        self.y = y
        self.z = z
    }

    /// The zero vector.
    public static let zero = Vector3(0, 0, 0)

    /// Returns the scalar product.
    @inlinable
    public func dot(_ other: Vector3) -> Double { x * other.x + y * other.y + z * other.z }

    /// Returns the right-handed vector product. Swapping the vectors changes only its sign, exactly.
    @inlinable
    public func cross(_ other: Vector3) -> Vector3 {
        Vector3(
            y * other.z - z * other.y, z * other.x - x * other.z, x * other.y - y * other.x)
    }

    /// The square of the length.
    @inlinable public var squaredLength: Double { dot(self) }

    /// The length.
    @inlinable public var length: Double { squaredLength.squareRoot() }

    /// The unit vector of the same direction, or zero for the zero vector.
    @inlinable public var unit: Vector3 {
        let length = length
        return length > 0 ? self * (1 / length) : .zero
    }

    /// Whether all coordinates are finite.
    @inlinable public var isFinite: Bool { x.isFinite && y.isFinite && z.isFinite }

    /// Returns the sum.
    @inlinable
    public static func + (left: Vector3, right: Vector3) -> Vector3 {
        Vector3(left.x + right.x, left.y + right.y, left.z + right.z)
    }

    /// Returns the difference.
    @inlinable
    public static func - (left: Vector3, right: Vector3) -> Vector3 {
        Vector3(left.x - right.x, left.y - right.y, left.z - right.z)
    }

    /// Returns the opposite vector.
    @inlinable
    public static prefix func - (vector: Vector3) -> Vector3 {
        Vector3(-vector.x, -vector.y, -vector.z)
    }

    /// Returns a vector that is `factor` times as long.
    @inlinable
    public static func * (vector: Vector3, factor: Double) -> Vector3 {
        Vector3(vector.x * factor, vector.y * factor, vector.z * factor)
    }
}

extension Vector3 {
    /// The absolute value of each coordinate.
    @inline(__always) var magnitudes: Vector3 { Vector3(abs(x), abs(y), abs(z)) }

    /// The largest absolute value of a coordinate.
    var largest: Double { max(abs(x), abs(y), abs(z)) }

    /// The coordinate of an axis, counting from 0.
    subscript(axis: Int) -> Double { axis == 0 ? x : axis == 1 ? y : z }

    /// Combines two vectors coordinate by coordinate.
    @inline(__always)
    func zip(_ other: Vector3, _ combine: (Double, Double) -> Double) -> Vector3 {
        Vector3(combine(x, other.x), combine(y, other.y), combine(z, other.z))
    }

    /// Compares the coordinates in order, to break ties.
    func precedes(_ other: Vector3) -> Bool { (x, y, z) < (other.x, other.y, other.z) }
}
