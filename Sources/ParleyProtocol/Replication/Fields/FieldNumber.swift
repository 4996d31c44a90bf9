/// A floating-point number that fields are made of: `Float` or `Double`.
///
/// Kinds count in `Double`; the standard library's generic conversions cost ten times what these do.
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
