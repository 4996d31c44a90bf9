/// A number in a range, in steps of its precision: one word.
public struct FixedPointField<Value: FieldNumber>: CurvedFieldKind {
    @usableFromInline let lowest: Double
    @usableFromInline let highest: Double
    @usableFromInline let precision: Double
    @usableFromInline let scale: Double
    @usableFromInline let steps: UInt32

    /// - Parameters:
    ///   - range: finite; values outside become its nearest end, and NaN the lower one.
    ///   - precision: the size of a step, above 0. A range of 2^32 steps or more ends the program.
    @inlinable @inline(__always)
    public init(in range: ClosedRange<Double>, precision: Double) {
        let count = ((range.upperBound - range.lowerBound) / precision).rounded(.up)
        precondition(count >= 1 && count < 4_294_967_296, "a range of 1 to 2^32 - 1 steps")
        self.init(
            lowest: range.lowerBound, highest: range.upperBound, precision: precision,
            steps: UInt32(count))
    }

    @inlinable @inline(__always)
    init(lowest: Double, highest: Double, precision: Double, steps: UInt32) {
        self.lowest = lowest
        self.highest = highest
        self.precision = precision
        scale = 1 / precision
        self.steps = steps
    }

    /// How many words a field takes.
    @inlinable @inline(__always)
    public var wordCount: Int { 1 }

    /// How each word is sent.
    public var codings: [WordCoding] { [.stepped(bits: 32 - steps.leadingZeroBitCount)] }

    /// The kind, as the schema's description has it.
    public var summary: String { "fixed \(lowest)...\(highest) by \(precision)" }

    /// Appends the words of a value, or of the nearest value that the kind can represent.
    @inlinable @inline(__always)
    public func quantise(_ value: Value, into words: inout WordWriter) {
        words.append(word(of: value))
    }

    @inlinable @inline(__always)
    func word(of value: Value) -> UInt32 {
        let value = value.double
        // NaN fails the first comparison, and becomes the lowest value.
        guard value > lowest else { return 0 }
        guard value < highest else { return steps }
        return min(UInt32((value - lowest) * scale + 0.5), steps)
    }

    /// Reads the words of a value, and returns it.
    @inlinable @inline(__always)
    public func dequantise(_ words: inout WordReader) -> Value {
        let word = words.next()
        return Value(word >= steps ? highest : lowest + Double(word) * precision)
    }

    /// The value between the two, on a line.
    @inlinable
    public func interpolate(_ from: Value, _ to: Value, at fraction: Double) -> Value {
        Value(from.double + (to.double - from.double) * fraction)
    }

    /// The value between the two, on a curve of values and velocities.
    @inlinable
    public func interpolate(
        _ from: (value: Value, velocity: Value), _ to: (value: Value, velocity: Value),
        at fraction: Double, over seconds: Double
    ) -> Value {
        let weights = HermiteWeights(at: fraction, over: seconds)
        let values = from.value.double * weights.from + to.value.double * weights.to
        let velocities =
            from.velocity.double * weights.leaving + to.velocity.double * weights.arriving
        return Value(values + velocities)
    }
}

extension FieldKind {
    /// A number in a range, in steps.
    ///
    /// - Parameters:
    ///   - range: values outside become its nearest end.
    ///   - precision: the size of a step, in the field's own unit.
    @inlinable @inline(__always)
    public static func fixed<Value>(
        in range: ClosedRange<Double>, precision: Double
    ) -> Self where Self == FixedPointField<Value> {
        FixedPointField(in: range, precision: precision)
    }
}
