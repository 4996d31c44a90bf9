/// A rotation in space, as a unit quaternion (x, y, z, w): four words.
///
/// Smallest three (Glenn Fiedler, "Snapshot Compression"): the largest component is left out, because
/// the others and the length of 1 determine it; which one it is takes 2 bits.
///
/// A value that came out of words becomes the same words again (a `Float`'s up to 20 bits), also
/// where several components are equally large: an entity that stands still is not sent twice.
public struct RotationField<Scalar: FieldNumber>: FieldKind {
    @usableFromInline let component: FixedPointField<Scalar>
    /// Steps from 0 to the largest number that a component can be. In steps, the squares of all
    /// four components add up to twice its square.
    @usableFromInline let half: Int64
    /// How much larger one component's square must be than another's, in steps, for any rounding of
    /// `Scalar` to find it larger: no more than one wherever the scalar is fine enough.
    @usableFromInline let gap: Int64
    /// Bits of each of the three components: 2 … 24.
    public let bits: Int

    /// - Parameter bits: of each component, clamped to 2 … 24; 9 are off by at most 0.6 degrees.
    @inlinable @inline(__always)
    public init(bits: Int) {
        self.bits = min(max(bits, 2), 24)
        // An even number of steps, so that 0 is one of them.
        let half = Double(1 << (self.bits - 1)) - 1
        let limit = 0.5.squareRoot()
        self.half = Int64(half)
        gap = 1 + Int64(half * half * 16 * Scalar.ulpOfOne.double)
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

    /// Appends the words of a value, or of the nearest value that the kind can represent.
    @inlinable @inline(__always)
    public func quantise(_ value: SIMD4<Scalar>, into words: inout WordWriter) {
        let length = (value * value).sum().squareRoot()
        // A value without a finite length is no rotation, and becomes the identity.
        let unit = length > 1e-9 && length.isFinite ? value / length : SIMD4(0, 0, 0, 1)
        let largest = leftOut(of: unit)
        let sign: Scalar = unit[largest] < 0 ? -1 : 1
        var steps = SIMD4<Int64>()
        for index in 0..<4 where index != largest {
            steps[index] = Int64(component.word(of: unit[index] * sign)) - half
        }
        while let index = outgrown(steps, largest) { steps[index] -= steps[index].signum() }
        words.append(UInt32(truncatingIfNeeded: largest))
        for index in 0..<4 where index != largest {
            words.append(UInt32(truncatingIfNeeded: steps[index] + half))
        }
    }

    /// The largest component; of those that are equally large the one with the lowest rank.
    @inlinable @inline(__always)
    func leftOut(of unit: SIMD4<Scalar>) -> Int {
        let squares = unit * unit
        let least = squares.max().double - Double(gap) / Double(4 * half * half)
        for rank in 0..<3 {
            let index = (rank + 3) & 3
            if squares[index].double >= least { return index }
        }
        return 2
    }

    /// Which component was rounded up so far that the one left out would no longer be the largest;
    /// the largest of them; nil if there is none.
    @inlinable @inline(__always)
    func outgrown(_ steps: SIMD4<Int64>, _ largest: Int) -> Int? {
        let squares = steps &* steps
        let rest = 2 * half * half - squares.wrappedSum()
        var outgrown: Int?
        for index in 0..<4 where index != largest {
            let most = Self.rank(index) < Self.rank(largest) ? rest - gap : rest
            guard squares[index] > most, squares[index] > outgrown.map({ squares[$0] }) ?? 0
            else { continue }
            outgrown = index
        }
        return outgrown
    }

    /// Which of equally large components is left out: w, which is the largest of small turns, before
    /// x, y and z.
    @inlinable @inline(__always)
    static func rank(_ index: Int) -> Int { (index + 1) & 3 }

    /// Reads the words of a value, and returns it.
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
