/// One of the cases of an enumeration: one word, the case's place in the order they are written in.
public struct EnumerationField<Value: CaseIterable & Equatable & Sendable>: FieldKind {
    /// The cases that there are.
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

    /// Appends the words of a value, or of the nearest that can be said.
    @inlinable @inline(__always)
    public func quantise(_ value: Value, into words: inout WordWriter) {
        var index: UInt32 = 0
        for other in Value.allCases {
            if other == value { break }
            index &+= 1
        }
        words.append(index)
    }

    /// The last case for a number that no case has.
    @inlinable @inline(__always)
    public func dequantise(_ words: inout WordReader) -> Value {
        let cases = Value.allCases
        let place = min(Int(words.next()), cases.count - 1)
        return cases[cases.index(cases.startIndex, offsetBy: place)]
    }
}

/// A value with an integer behind it, which is sent in place of it: one word.
public struct RawValueField<Value: RawRepresentable & Sendable>: FieldKind
where Value.RawValue: FixedWidthInteger & Sendable {
    /// What the integers are.
    public let integers: IntegerField<Value.RawValue>
    /// What an integer stands for that no value has.
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

    /// Appends the words of a value, or of the nearest that can be said.
    @inlinable @inline(__always)
    public func quantise(_ value: Value, into words: inout WordWriter) {
        integers.quantise(value.rawValue, into: &words)
    }

    /// Takes the words of a value.
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

    /// A value with an integer behind it: an enumeration of integers, a set of options.
    ///
    /// - Parameters:
    ///   - bits: of the integers, which are not negative: 1 … 32.
    ///   - fallback: what an integer stands for that no value has.
    @inlinable @inline(__always)
    public static func rawValue<Value>(
        bits: Int, else fallback: Value
    ) -> Self where Self == RawValueField<Value> {
        RawValueField(integers: .unsigned(bits: bits), fallback: fallback)
    }
}
