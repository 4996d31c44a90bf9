/// A direction in the plane: one word that wraps around.
public struct AngleField<Value: FieldNumber>: FieldKind {
    /// How many bits a full turn has: 1 … 32.
    public let bits: Int
    /// A full turn in the field's unit: 2π for radians, 360 for degrees.
    public let turn: Double

    /// - Parameters:
    ///   - bits: clamped to 1 … 32; a step is a turn / 2^bits.
    ///   - turn: a full turn in the field's unit, above 0.
    @inlinable @inline(__always)
    public init(bits: Int, turn: Double) {
        precondition(turn > 0, "a turn is above 0")
        self.bits = min(max(bits, 1), 32)
        self.turn = turn
    }

    /// How many words a field takes.
    @inlinable @inline(__always)
    public var wordCount: Int { 1 }

    /// How each word is sent.
    public var codings: [WordCoding] { [.stepped(bits: bits)] }

    /// The kind, as the schema's description has it.
    public var summary: String { "angle of \(bits) bits, \(turn) a turn" }

    @inlinable @inline(__always)
    var steps: UInt64 { 1 &<< UInt64(truncatingIfNeeded: bits) }

    /// Appends the words of a value, or of the nearest value that the kind can represent.
    @inlinable @inline(__always)
    public func quantise(_ value: Value, into words: inout WordWriter) {
        guard value.isFinite else { return words.append(0) }
        let turns = value.double * (1 / turn)
        // The part of a turn is in 0 … 1, and at 1 it is 0 again.
        let step = UInt64((turns - turns.rounded(.down)) * Double(steps) + 0.5)
        words.append(UInt32(truncatingIfNeeded: step & (steps &- 1)))
    }

    /// From minus half a turn to half a turn.
    @inlinable @inline(__always)
    public func dequantise(_ words: inout WordReader) -> Value {
        let word = UInt64(words.next()) & (steps &- 1)
        let signed = word >= steps / 2 ? Int64(word) - Int64(steps) : Int64(word)
        return Value(Double(signed) * (turn / Double(steps)))
    }

    /// The shorter way round.
    @inlinable
    public func interpolate(_ from: Value, _ to: Value, at fraction: Double) -> Value {
        let turns = (to.double - from.double) / turn
        let way = (turns - turns.rounded()) * turn
        let value = from.double + way * fraction
        return Value(value - (value / turn).rounded() * turn)
    }
}

extension FieldKind {
    /// An angle in radians.
    ///
    /// - Parameter bits: of a full turn; 12 make steps of 0.0015 radians.
    @inlinable @inline(__always)
    public static func angle<Value>(bits: Int) -> Self where Self == AngleField<Value> {
        AngleField(bits: bits, turn: 2 * .pi)
    }

    /// An angle in degrees.
    ///
    /// - Parameter bits: of a full turn; 12 make steps of 0.09 degrees.
    @inlinable @inline(__always)
    public static func degrees<Value>(bits: Int) -> Self where Self == AngleField<Value> {
        AngleField(bits: bits, turn: 360)
    }
}
