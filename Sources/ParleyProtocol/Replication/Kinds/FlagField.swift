/// A Boolean: a word of one bit, whose change needs no value.
public struct FlagField: FieldKind {
    /// A Boolean field.
    @inlinable @inline(__always)
    public init() {}

    /// How many words a field takes.
    @inlinable @inline(__always)
    public var wordCount: Int { 1 }

    /// How each word is sent.
    public var codings: [WordCoding] { [.whole(bits: 1)] }

    /// The kind, as the schema's description has it.
    public var summary: String { "flag" }

    /// Appends the words of a value, or of the nearest value that the kind can represent.
    @inlinable @inline(__always)
    public func quantise(_ value: Bool, into words: inout WordWriter) {
        words.append(value ? 1 : 0)
    }

    /// Reads the words of a value, and returns it.
    @inlinable @inline(__always)
    public func dequantise(_ words: inout WordReader) -> Bool {
        words.next() & 1 == 1
    }
}

extension FieldKind where Self == FlagField {
    /// A Boolean field.
    @inlinable @inline(__always)
    public static var flag: FlagField { FlagField() }
}
