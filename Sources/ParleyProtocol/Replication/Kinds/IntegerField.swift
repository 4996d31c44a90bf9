/// A whole number in a range of at most 2^32 values: one word.
public struct IntegerField<Value: FixedWidthInteger & Sendable>: FieldKind {
    /// The lowest value.
    public let lowest: Value
    /// The highest value.
    public let highest: Value
    @usableFromInline let span: UInt32

    /// - Parameter range: values outside become its nearest end. More than 2^32 values end the
    ///   program; ``WideIntegerField`` is for those.
    @inlinable @inline(__always)
    public init(in range: ClosedRange<Value>) {
        let span =
            UInt64(truncatingIfNeeded: range.upperBound)
            &- UInt64(truncatingIfNeeded: range.lowerBound)
        precondition(span <= UInt64(UInt32.max), "a range of at most 2^32 values")
        lowest = range.lowerBound
        highest = range.upperBound
        self.span = UInt32(truncatingIfNeeded: span)
    }

    /// How many words a field takes.
    @inlinable @inline(__always)
    public var wordCount: Int { 1 }

    /// How each word is sent.
    public var codings: [WordCoding] { [.stepped(bits: 32 - span.leadingZeroBitCount)] }

    /// The kind, as the schema's description has it.
    public var summary: String { "integer \(lowest)...\(highest)" }

    /// Appends the words of a value, or of the nearest value that the kind can represent.
    @inlinable @inline(__always)
    public func quantise(_ value: Value, into words: inout WordWriter) {
        let kept = min(max(value, lowest), highest)
        words.append(
            UInt32(truncatingIfNeeded: kept) &- UInt32(truncatingIfNeeded: lowest))
    }

    /// Reads the words of a value, and returns it.
    @inlinable @inline(__always)
    public func dequantise(_ words: inout WordReader) -> Value {
        lowest &+ Value(truncatingIfNeeded: min(words.next(), span))
    }
}

/// A whole number of up to 64 bits: two words, of which the higher hardly ever changes.
public struct WideIntegerField<Value: FixedWidthInteger & Sendable>: FieldKind {
    /// Any number of the type.
    @inlinable @inline(__always)
    public init() {}

    /// How many words a field takes.
    @inlinable @inline(__always)
    public var wordCount: Int { 2 }

    /// How each word is sent.
    public var codings: [WordCoding] { [.stepped(bits: 32), .stepped(bits: 32)] }

    /// The kind, as the schema's description has it.
    public var summary: String { "integer of \(Value.isSigned ? "signed" : "unsigned") 64 bits" }

    /// Appends the words of a value, or of the nearest value that the kind can represent.
    @inlinable @inline(__always)
    public func quantise(_ value: Value, into words: inout WordWriter) {
        let bits = UInt64(truncatingIfNeeded: value)
        words.append(UInt32(truncatingIfNeeded: bits))
        words.append(UInt32(truncatingIfNeeded: bits >> 32))
    }

    /// Reads the words of a value, and returns it.
    @inlinable @inline(__always)
    public func dequantise(_ words: inout WordReader) -> Value {
        let low = UInt64(words.next())
        return Value(truncatingIfNeeded: UInt64(words.next()) << 32 | low)
    }
}

extension FieldKind {
    /// A whole number in a range of at most 2^32 values.
    @inlinable @inline(__always)
    public static func integer<Value>(
        in range: ClosedRange<Value>
    ) -> Self where Self == IntegerField<Value> {
        IntegerField(in: range)
    }

    /// A whole number from 0 to the highest of so many bits.
    ///
    /// - Parameter bits: 1 … 32, as far as the type has them.
    @inlinable @inline(__always)
    public static func unsigned<Value>(bits: Int) -> Self where Self == IntegerField<Value> {
        let kept = min(max(bits, 1), 32, Value.isSigned ? Value.bitWidth - 1 : Value.bitWidth)
        let highest = UInt64.max >> UInt64(64 - kept)
        return IntegerField(in: 0...Value(truncatingIfNeeded: highest))
    }

    /// A whole number of so many bits, two's complement.
    ///
    /// - Parameter bits: 2 … 32, as far as the type has them.
    @inlinable @inline(__always)
    public static func signed<Value: SignedInteger>(
        bits: Int
    ) -> Self where Self == IntegerField<Value> {
        let highest = Int64.max >> Int64(64 - min(max(bits, 2), 32, Value.bitWidth))
        return IntegerField(
            in: Value(truncatingIfNeeded: -highest - 1)...Value(truncatingIfNeeded: highest))
    }

    /// A whole number of up to 64 bits, any of its type.
    @inlinable @inline(__always)
    public static func wideInteger<Value>() -> Self where Self == WideIntegerField<Value> {
        WideIntegerField()
    }
}

// With the kind's type in the signature a range of literals takes the type of the field, not `Int`.
extension FieldVisitor {
    /// Visits a whole number.
    @inlinable @inline(__always)
    public mutating func callAsFunction<Value>(
        _ name: StaticString, _ value: inout Value, _ kind: IntegerField<Value>
    ) {
        visitAny(name, &value, kind)
    }

    /// Visits a whole number that may be missing.
    @inlinable @inline(__always)
    public mutating func callAsFunction<Value>(
        _ name: StaticString, _ value: inout Value?, _ kind: IntegerField<Value>
    ) {
        visitAny(name, &value, OptionalField(kind))
    }

    /// Calls the requirement of the protocol, for any kind.
    @inlinable @inline(__always)
    mutating func visitAny<Kind: FieldKind>(
        _ name: StaticString, _ value: inout Kind.Value, _ kind: Kind
    ) {
        self(name, &value, kind)
    }
}
