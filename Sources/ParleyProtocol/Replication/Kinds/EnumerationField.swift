/// A case of an enumeration: one word, the case's place in `allCases`.
public struct EnumerationField<Value: CaseIterable & Equatable & Sendable>: FieldKind {
    /// The cases of the enumeration.
    @inlinable @inline(__always)
    public init() {}

    /// How many words a field takes.
    @inlinable @inline(__always)
    public var wordCount: Int { 1 }

    /// How each word is sent.
    public var codings: [WordCoding] {
        let last = UInt32(truncatingIfNeeded: max(Value.allCases.count, 1) - 1)
        return [.whole(bits: 32 - last.leadingZeroBitCount)]
    }

    /// The kind, as the schema's description has it.
    public var summary: String {
        "one of " + Value.allCases.map { "\($0)" }.joined(separator: ", ")
    }

    /// Appends the words of a value, or of the nearest value that the kind can represent.
    @inlinable @inline(__always)
    public func quantise(_ value: Value, into words: inout WordWriter) {
        var index: UInt32 = 0
        for other in Value.allCases {
            if other == value { break }
            index &+= 1
        }
        words.append(index)
    }

    /// The last case if the number is beyond it.
    @inlinable @inline(__always)
    public func dequantise(_ words: inout WordReader) -> Value {
        let cases = Value.allCases
        let place = min(Int(words.next()), cases.count - 1)
        return cases[cases.index(cases.startIndex, offsetBy: place)]
    }
}

/// A value with a raw integer, which travels in place of it: one word.
public struct RawValueField<Value: RawRepresentable & Sendable>: FieldKind
where Value.RawValue: FixedWidthInteger & Sendable {
    /// The kind of the raw integers.
    public let integers: IntegerField<Value.RawValue>
    /// The value for an integer that is no raw value.
    public let fallback: Value

    @inlinable @inline(__always)
    init(integers: IntegerField<Value.RawValue>, fallback: Value) {
        self.integers = integers
        self.fallback = fallback
    }

    /// How many words a field takes.
    @inlinable @inline(__always)
    public var wordCount: Int { 1 }

    /// How each word is sent.
    public var codings: [WordCoding] { [.whole(bits: integers.codings[0].bits)] }

    /// The kind, as the schema's description has it.
    public var summary: String { "raw value, \(integers.summary), else \(fallback)" }

    /// Appends the words of a value, or of the nearest value that the kind can represent.
    @inlinable @inline(__always)
    public func quantise(_ value: Value, into words: inout WordWriter) {
        integers.quantise(value.rawValue, into: &words)
    }

    /// Reads the words of a value, and returns it.
    @inlinable @inline(__always)
    public func dequantise(_ words: inout WordReader) -> Value {
        Value(rawValue: integers.dequantise(&words)) ?? fallback
    }
}

extension FieldKind {
    /// One of the cases of an enumeration.
    @inlinable @inline(__always)
    public static func oneOf<Value>(
        _ type: Value.Type = Value.self
    ) -> Self where Self == EnumerationField<Value> {
        EnumerationField()
    }

    /// A value with a raw integer, such as an enumeration of integers or an option set.
    ///
    /// - Parameters:
    ///   - bits: of the integers, which are not negative: 1 … 32.
    ///   - fallback: the value for an integer that is no raw value.
    @inlinable @inline(__always)
    public static func rawValue<Value>(
        bits: Int, else fallback: Value
    ) -> Self where Self == RawValueField<Value> {
        RawValueField(integers: .unsigned(bits: bits), fallback: fallback)
    }
}
