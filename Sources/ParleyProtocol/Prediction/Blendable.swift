/// A value like a vector: the difference of two is one again, and can be made smaller.
///
/// Positions, speeds and ``Angle``s are; `Float`, `Double` and the SIMD vectors of them conform.
public protocol Blendable: Sendable {
    /// The sum of two.
    static func + (left: Self, right: Self) -> Self

    /// The difference from `right` to `left`.
    static func - (left: Self, right: Self) -> Self

    /// The value times a factor.
    func scaled(by factor: Double) -> Self

    /// The length of the value, in its unit.
    var length: Double { get }
}

extension Blendable {
    /// The value on the line from this, at 0, to another, at 1; beyond it above 1.
    public func blended(with other: Self, at fraction: Double) -> Self {
        self + (other - self).scaled(by: fraction)
    }

    /// The value on the cubic Hermite curve through two values and their velocities.
    ///
    /// - Parameters:
    ///   - velocity: How the value changes here, in units a second.
    ///   - other: The later value, with its velocity.
    ///   - otherVelocity: How the later value changes, in units a second.
    ///   - fraction: 0 here, 1 at the later; beyond it the curve goes on as a line.
    ///   - seconds: The time between the two.
    public func curved(
        leavingAt velocity: Self, to other: Self, arrivingAt otherVelocity: Self,
        at fraction: Double, over seconds: Double
    ) -> Self {
        let weights = HermiteWeights(at: fraction, over: seconds)
        return scaled(by: weights.from) + other.scaled(by: weights.to)
            + velocity.scaled(by: weights.leaving) + otherVelocity.scaled(by: weights.arriving)
    }
}

extension Double: Blendable {
    /// The number times a factor.
    public func scaled(by factor: Double) -> Double { self * factor }

    /// The number without its sign.
    public var length: Double { magnitude }
}

extension Float: Blendable {
    /// The number times a factor.
    public func scaled(by factor: Double) -> Float { Float(Double(self) * factor) }

    /// The number without its sign.
    public var length: Double { Double(magnitude) }
}

extension SIMD2: Blendable where Scalar: FieldNumber {
    /// The vector times a factor.
    public func scaled(by factor: Double) -> Self { self * Scalar(factor) }

    /// The vector's length.
    public var length: Double { (self * self).sum().double.squareRoot() }
}

extension SIMD3: Blendable where Scalar: FieldNumber {
    /// The vector times a factor.
    public func scaled(by factor: Double) -> Self { self * Scalar(factor) }

    /// The vector's length.
    public var length: Double { (self * self).sum().double.squareRoot() }
}
