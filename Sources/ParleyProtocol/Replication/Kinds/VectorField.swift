/// A vector whose components are each a ``FixedPointField``: a word for each.
public struct VectorField<Value: SIMD & Sendable>: CurvedFieldKind
where Value.Scalar: FieldNumber {
    /// What every component is.
    public let component: FixedPointField<Value.Scalar>

    /// - Parameter component: the range and precision of every component.
    @inlinable @inline(__always)
    public init(component: FixedPointField<Value.Scalar>) {
        self.component = component
    }

    /// How many words a field takes.
    @inlinable @inline(__always)
    public var wordCount: Int { Value.scalarCount }

    /// How each word is sent.
    public var codings: [WordCoding] {
        Array(repeating: component.codings, count: Value.scalarCount).flatMap { $0 }
    }

    /// The kind, as the schema's description has it.
    public var summary: String { "\(Value.scalarCount) × \(component.summary)" }

    /// Appends the words of a value, or of the nearest that can be said.
    @inlinable @inline(__always)
    public func quantise(_ value: Value, into words: inout WordWriter) {
        for index in 0..<Value.scalarCount { component.quantise(value[index], into: &words) }
    }

    /// Takes the words of a value.
    @inlinable @inline(__always)
    public func dequantise(_ words: inout WordReader) -> Value {
        var value = Value()
        for index in 0..<Value.scalarCount { value[index] = component.dequantise(&words) }
        return value
    }

    /// The value on the straight way from one to the other.
    @inlinable
    public func interpolate(_ from: Value, _ to: Value, at fraction: Double) -> Value {
        var value = Value()
        for index in 0..<Value.scalarCount {
            value[index] = component.interpolate(from[index], to[index], at: fraction)
        }
        return value
    }

    /// The value on the way from one to the other.
    @inlinable
    public func interpolate(
        _ from: (value: Value, velocity: Value), _ to: (value: Value, velocity: Value),
        at fraction: Double, over seconds: Double
    ) -> Value {
        var value = Value()
        for index in 0..<Value.scalarCount {
            value[index] = component.interpolate(
                (from.value[index], from.velocity[index]), (to.value[index], to.velocity[index]),
                at: fraction, over: seconds)
        }
        return value
    }
}

extension FieldKind {
    /// A vector whose components are in a range, in steps.
    ///
    /// - Parameters:
    ///   - range: of each component; what lies outside becomes its nearest end.
    ///   - precision: the size of a step.
    @inlinable @inline(__always)
    public static func vector<Value>(
        in range: ClosedRange<Double>, precision: Double
    ) -> Self where Self == VectorField<Value> {
        VectorField(component: FixedPointField(in: range, precision: precision))
    }
}
