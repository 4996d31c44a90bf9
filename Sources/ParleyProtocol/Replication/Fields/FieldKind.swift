/// How fields of one type become words of at most 32 bits, and values again.
///
/// Quantising never traps and never fails: a value that a kind cannot represent becomes the nearest that
/// it can, and NaN the lowest. Both ends therefore always hold the same words.
public protocol FieldKind<Value>: Sendable {
    /// The type of the fields.
    associatedtype Value

    /// How many words a field takes: as many as ``codings`` has.
    var wordCount: Int { get }

    /// How each word is sent.
    var codings: [WordCoding] { get }

    /// Text for the schema's description: everything that both ends must agree on.
    var summary: String { get }

    /// Appends the words of a value.
    func quantise(_ value: Value, into words: inout WordWriter)

    /// Reads the words of a value, whatever they are, and returns the value that they stand for.
    func dequantise(_ words: inout WordReader) -> Value

    /// A value between two.
    ///
    /// - Parameters:
    ///   - from: the earlier one.
    ///   - to: the later one.
    ///   - fraction: 0 at the earlier, 1 at the later; above 1 in extrapolation.
    func interpolate(_ from: Value, _ to: Value, at fraction: Double) -> Value
}

extension FieldKind {
    /// Switches when the later state is reached: names, say, have nothing in between.
    @inlinable
    public func interpolate(_ from: Value, _ to: Value, at fraction: Double) -> Value {
        fraction < 1 ? from : to
    }
}

/// A kind whose values can follow a curve between two snapshots if their velocity is known.
public protocol CurvedFieldKind<Value>: FieldKind {
    /// A value between two, on a cubic Hermite curve.
    ///
    /// - Parameters:
    ///   - from: the earlier value and its velocity, in units a second.
    ///   - to: the later ones.
    ///   - fraction: 0 at the earlier, 1 at the later.
    ///   - seconds: the time between the two.
    func interpolate(
        _ from: (value: Value, velocity: Value), _ to: (value: Value, velocity: Value),
        at fraction: Double, over seconds: Double
    ) -> Value
}

/// The weights of a cubic Hermite curve.
@usableFromInline
struct HermiteWeights {
    @usableFromInline let from: Double
    @usableFromInline let to: Double
    /// The weights of the velocities, multiplied by the seconds.
    @usableFromInline let leaving: Double
    @usableFromInline let arriving: Double

    /// Beyond the later value the curve would swing, so it goes on as a line.
    @inlinable
    init(at fraction: Double, over seconds: Double) {
        let t = min(fraction, 1)
        let square = t * t
        let cube = square * t
        from = 2 * cube - 3 * square + 1
        to = 3 * square - 2 * cube
        leaving = (cube - 2 * square + t) * seconds
        arriving = (cube - square + (fraction - t)) * seconds
    }
}
