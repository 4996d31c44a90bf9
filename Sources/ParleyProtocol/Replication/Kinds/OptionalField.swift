/// A value that may be absent: a word of one bit, and the words of the value, which are zero if it is
/// absent.
public struct OptionalField<Wrapped: FieldKind>: FieldKind {
    /// The kind of the value.
    public let wrapped: Wrapped

    /// - Parameter wrapped: the kind of the value.
    @inlinable @inline(__always)
    public init(_ wrapped: Wrapped) {
        self.wrapped = wrapped
    }

    /// How many words a field takes.
    @inlinable @inline(__always)
    public var wordCount: Int { 1 + wrapped.wordCount }

    /// How each word is sent.
    public var codings: [WordCoding] { [.whole(bits: 1)] + wrapped.codings }

    /// The kind, as the schema's description has it.
    public var summary: String { "optional \(wrapped.summary)" }

    /// Appends the words of a value, or of the nearest value that the kind can represent.
    @inlinable @inline(__always)
    public func quantise(_ value: Wrapped.Value?, into words: inout WordWriter) {
        words.append(value == nil ? 0 : 1)
        if let value {
            wrapped.quantise(value, into: &words)
        } else {
            for _ in 0..<wrapped.wordCount { words.append(0) }
        }
    }

    /// Reads the words of a value, and returns it.
    @inlinable @inline(__always)
    public func dequantise(_ words: inout WordReader) -> Wrapped.Value? {
        let isThere = words.next() & 1 == 1
        let value = wrapped.dequantise(&words)
        return isThere ? value : nil
    }

    /// Between two values; if either is absent, the earlier one until the later is reached.
    @inlinable
    public func interpolate(
        _ from: Wrapped.Value?, _ to: Wrapped.Value?, at fraction: Double
    ) -> Wrapped.Value? {
        guard let from, let to else { return fraction < 1 ? from : to }
        return wrapped.interpolate(from, to, at: fraction)
    }
}

extension FieldVisitor {
    /// Visits a field that may be absent.
    ///
    /// - Parameters:
    ///   - name: in the schema's description.
    ///   - value: the field.
    ///   - kind: how the value is quantised, sent and interpolated.
    @inlinable @inline(__always)
    public mutating func callAsFunction<Kind: FieldKind>(
        _ name: StaticString, _ value: inout Kind.Value?, _ kind: Kind
    ) {
        self(name, &value, OptionalField(kind))
    }
}
