/// A floating-point number that a field can have: `Float` or `Double`.
///
/// Kinds calculate in `Double`. The standard library's generic conversions cost ten times as much.
public protocol FieldNumber: BinaryFloatingPoint, SIMDScalar, Codable, Sendable {
    /// The number as a `Double`.
    var double: Double { get }

    /// The nearest number of this type.
    init(_ double: Double)
}

extension Double: FieldNumber {
    /// The number itself.
    @inlinable @inline(__always)
    public var double: Double { self }
}

extension Float: FieldNumber {
    /// The number as a `Double`, exactly.
    @inlinable @inline(__always)
    public var double: Double { Double(self) }
}
