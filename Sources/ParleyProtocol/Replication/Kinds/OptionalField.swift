/// A value that may be absent: a word of one bit, and those of the value, zero where there is none.
public struct OptionalField<Wrapped: FieldKind>: FieldKind {
    /// What the value is where there is one.
    public let wrapped: Wrapped

    /// - Parameter wrapped: the kind of the value where there is one.
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

    /// Appends the words of a value, or of the nearest that can be said.
    @inlinable @inline(__always)
    public func quantise(_ value: Wrapped.Value?, into words: inout WordWriter) {
        words.append(value == nil ? 0 : 1)
        if let value {
            wrapped.quantise(value, into: &words)
        } else {
            for _ in 0..<wrapped.wordCount { words.append(0) }
        }
    }

    /// Takes the words of a value.
    @inlinable @inline(__always)
    public func dequantise(_ words: inout WordReader) -> Wrapped.Value? {
        let isThere = words.next() & 1 == 1
        let value = wrapped.dequantise(&words)
        return isThere ? value : nil
    }

    /// Between two values; absent until the later state where either is.
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
    ///   - kind: of the value where there is one.
    @inlinable @inline(__always)
    public mutating func callAsFunction<Kind: FieldKind>(
        _ name: StaticString, _ value: inout Kind.Value?, _ kind: Kind
    ) {
        self(name, &value, OptionalField(kind))
    }
}
