/// A rotation in space, as a unit quaternion (x, y, z, w): four words.
///
/// Smallest three (Glenn Fiedler, "Snapshot Compression"): the largest component is left out, since
/// the others and the length of 1 tell it; which one it is takes 2 bits.
public struct RotationField<Scalar: FieldNumber>: FieldKind {
    @usableFromInline let component: FixedPointField<Scalar>
    /// Bits of each of the three components: 2 … 24.
    public let bits: Int

    /// - Parameter bits: of each component, clamped to 2 … 24; 9 are off by at most 0.2 degrees.
    @inlinable @inline(__always)
    public init(bits: Int) {
        self.bits = min(max(bits, 2), 24)
        // An even number of steps, so that 0 is one of them.
        let half = Double(1 << (self.bits - 1)) - 1
        let limit = 0.5.squareRoot()
        component = FixedPointField(
            lowest: -limit, highest: limit, precision: limit / half, steps: UInt32(2 * half))
    }

    /// How many words a field takes.
    @inlinable @inline(__always)
    public var wordCount: Int { 4 }

    /// How each word is sent.
    public var codings: [WordCoding] {
        [.whole(bits: 2)] + Array(repeating: .stepped(bits: bits), count: 3)
    }

    /// The kind, as the schema's description has it.
    public var summary: String { "rotation of 3 × \(bits) bits" }

    /// Appends the words of a value, or of the nearest that can be said.
    @inlinable @inline(__always)
    public func quantise(_ value: SIMD4<Scalar>, into words: inout WordWriter) {
        let length = (value * value).sum().squareRoot()
        // What has no length, or none that is a number, is no rotation: it becomes none.
        let unit = length > 1e-9 && length.isFinite ? value / length : SIMD4(0, 0, 0, 1)
        var largest = 3
        for index in 0..<3 where abs(unit[index]) > abs(unit[largest]) { largest = index }
        let sign: Scalar = unit[largest] < 0 ? -1 : 1
        words.append(UInt32(truncatingIfNeeded: largest))
        for index in 0..<4 where index != largest {
            component.quantise(unit[index] * sign, into: &words)
        }
    }

    /// Takes the words of a value.
    @inlinable @inline(__always)
    public func dequantise(_ words: inout WordReader) -> SIMD4<Scalar> {
        let largest = Int(words.next() & 3)
        var value = SIMD4<Scalar>()
        for index in 0..<4 where index != largest { value[index] = component.dequantise(&words) }
        value[largest] = max(0, 1 - (value * value).sum()).squareRoot()
        return normalised(value)
    }

    /// Along the chord, made a rotation again: within a degree of the arc for turns below 90
    /// degrees, which is more than happens between two snapshots.
    @inlinable
    public func interpolate(
        _ from: SIMD4<Scalar>, _ to: SIMD4<Scalar>, at fraction: Double
    ) -> SIMD4<Scalar> {
        // A quaternion and its negative are one rotation; the shorter way is towards the nearer.
        let near = (from * to).sum() < 0 ? -to : to
        return normalised(from + (near - from) * Scalar(fraction))
    }

    @inlinable
    func normalised(_ value: SIMD4<Scalar>) -> SIMD4<Scalar> {
        let length = (value * value).sum().squareRoot()
        return length > 1e-9 ? value / length : SIMD4(0, 0, 0, 1)
    }
}

extension FieldKind {
    /// A rotation, as a unit quaternion (x, y, z, w).
    ///
    /// - Parameter bits: of each of the three components that are sent, 2 … 24.
    @inlinable @inline(__always)
    public static func rotation<Scalar>(
        bits: Int = 9
    ) -> Self where Self == RotationField<Scalar> {
        RotationField(bits: bits)
    }
}
