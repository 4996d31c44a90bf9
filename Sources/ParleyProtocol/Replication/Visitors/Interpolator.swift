/// Interpolates the fields of a value between two quantised ones.
@usableFromInline
struct Interpolator: FieldVisitor {
    @usableFromInline var from: WordReader
    @usableFromInline var to: WordReader
    @usableFromInline let fraction: Double
    @usableFromInline let seconds: Double

    @inlinable
    init(from: WordReader, to: WordReader, fraction: Double, seconds: Double) {
        self.from = from
        self.to = to
        self.fraction = fraction
        self.seconds = seconds
    }

    @inlinable @inline(__always)
    mutating func callAsFunction<Kind: FieldKind>(
        _ name: StaticString, _ value: inout Kind.Value, _ kind: Kind
    ) {
        value = kind.interpolate(
            kind.dequantise(&from), kind.dequantise(&to), at: fraction)
    }

    @inlinable @inline(__always)
    mutating func callAsFunction<Kind: CurvedFieldKind, VelocityKind: FieldKind>(
        _ name: StaticString, _ value: inout Kind.Value, _ kind: Kind,
        velocity: inout Kind.Value, _ velocityKind: VelocityKind
    ) where VelocityKind.Value == Kind.Value {
        let earlier = (
            value: kind.dequantise(&from), velocity: velocityKind.dequantise(&from)
        )
        let later = (value: kind.dequantise(&to), velocity: velocityKind.dequantise(&to))
        value = kind.interpolate(earlier, later, at: fraction, over: seconds)
        velocity = velocityKind.interpolate(
            earlier.velocity, later.velocity, at: min(fraction, 1))
    }
}

extension Replicated {
    /// The value between two quantised ones.
    ///
    /// - Parameters:
    ///   - earlier: words of the earlier one.
    ///   - later: words of the later one.
    ///   - fraction: 0 at the earlier, 1 at the later, above 1 to extrapolate: fields with a velocity
    ///     then go on at it.
    ///   - seconds: the time between the two.
    @inlinable
    public init(
        between earlier: Span<UInt32>, and later: Span<UInt32>, at fraction: Double,
        over seconds: Double
    ) {
        self.init()
        self = unsafe earlier.withUnsafeBufferPointer { earlier in
            unsafe later.withUnsafeBufferPointer { later in
                var value = Self()
                var interpolator = unsafe Interpolator(
                    from: WordReader(earlier), to: WordReader(later), fraction: fraction,
                    seconds: seconds)
                value.fields(&interpolator)
                return value
            }
        }
    }
}
