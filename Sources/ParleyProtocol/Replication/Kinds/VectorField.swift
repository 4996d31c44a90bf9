/// A vector whose components are each a ``FixedPointField``: a word for each.
public struct VectorField<Value: SIMD & Sendable>: CurvedFieldKind
where Value.Scalar: FieldNumber {
    /// The kind of every component.
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

    /// Appends the words of a value, or of the nearest value that the kind can represent.
    @inlinable @inline(__always)
    public func quantise(_ value: Value, into words: inout WordWriter) {
        for index in 0..<Value.scalarCount { component.quantise(value[index], into: &words) }
    }

    /// Reads the words of a value, and returns it.
    @inlinable @inline(__always)
    public func dequantise(_ words: inout WordReader) -> Value {
        var value = Value()
        for index in 0..<Value.scalarCount { value[index] = component.dequantise(&words) }
        return value
    }

    /// The value between the two, on a line.
    @inlinable
    public func interpolate(_ from: Value, _ to: Value, at fraction: Double) -> Value {
        var value = Value()
        for index in 0..<Value.scalarCount {
            value[index] = component.interpolate(from[index], to[index], at: fraction)
        }
        return value
    }

    /// The value between the two, on a curve of values and velocities.
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
    ///   - range: of each component; values outside become its nearest end.
    ///   - precision: the size of a step.
    @inlinable @inline(__always)
    public static func vector<Value>(
        in range: ClosedRange<Double>, precision: Double
    ) -> Self where Self == VectorField<Value> {
        VectorField(component: FixedPointField(in: range, precision: precision))
    }
}
