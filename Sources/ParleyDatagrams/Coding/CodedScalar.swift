/// An encoded value that contains no other.
enum CodedScalar {
    case null
    case bool(Bool)
    case integer(Int64)
    /// A number above the range of `integer`.
    case unsigned(UInt64)
    case float(Float)
    case double(Double)
    case text(String)
    case bytes(Datagram)

    init(unsigned value: UInt64) {
        self = Int64(exactly: value).map { .integer($0) } ?? .unsigned(value)
    }

    /// A short name of the value, for errors.
    var kind: String {
        switch self {
        case .null: "nil"
        case .bool: "a Bool"
        case .integer(let value): "the integer \(value)"
        case .unsigned(let value): "the integer \(value)"
        case .float, .double: "a floating-point number"
        case .text: "a text"
        case .bytes(let bytes): "\(bytes.count) bytes"
        }
    }
}

/// A Swift type that is encoded as one scalar.
protocol ScalarCodable {
    var scalar: CodedScalar { get }
    /// Returns nil when the scalar is of another kind or does not fit the type.
    init?(_ scalar: CodedScalar)
}

extension Bool: ScalarCodable {
    var scalar: CodedScalar { .bool(self) }

    init?(_ scalar: CodedScalar) {
        guard case .bool(let value) = scalar else { return nil }
        self = value
    }
}

extension String: ScalarCodable {
    var scalar: CodedScalar { .text(self) }

    init?(_ scalar: CodedScalar) {
        guard case .text(let value) = scalar else { return nil }
        self = value
    }
}

extension Float: ScalarCodable {
    var scalar: CodedScalar { .float(self) }

    init?(_ scalar: CodedScalar) {
        switch scalar {
        case .float(let value): self = value
        case .double(let value) where Float(value).isNaN || Double(Float(value)) == value:
            self = Float(value)
        default: return nil
        }
    }
}

extension Double: ScalarCodable {
    /// A `float` when that loses nothing.
    var scalar: CodedScalar {
        let short = Float(self)
        return Double(short).bitPattern == bitPattern ? .float(short) : .double(self)
    }

    init?(_ scalar: CodedScalar) {
        switch scalar {
        case .float(let value): self = Double(value)
        case .double(let value): self = value
        default: return nil
        }
    }
}

extension FixedWidthInteger {
    fileprivate var integerScalar: CodedScalar {
        Int64(exactly: self).map { .integer($0) } ?? .unsigned(UInt64(truncatingIfNeeded: self))
    }

    fileprivate init?(integerScalar scalar: CodedScalar) {
        switch scalar {
        case .integer(let value): self.init(exactly: value)
        case .unsigned(let value): self.init(exactly: value)
        default: return nil
        }
    }
}

extension Int: ScalarCodable {
    var scalar: CodedScalar { integerScalar }
    init?(_ scalar: CodedScalar) { self.init(integerScalar: scalar) }
}

extension Int8: ScalarCodable {
    var scalar: CodedScalar { integerScalar }
    init?(_ scalar: CodedScalar) { self.init(integerScalar: scalar) }
}

extension Int16: ScalarCodable {
    var scalar: CodedScalar { integerScalar }
    init?(_ scalar: CodedScalar) { self.init(integerScalar: scalar) }
}

extension Int32: ScalarCodable {
    var scalar: CodedScalar { integerScalar }
    init?(_ scalar: CodedScalar) { self.init(integerScalar: scalar) }
}

extension Int64: ScalarCodable {
    var scalar: CodedScalar { integerScalar }
    init?(_ scalar: CodedScalar) { self.init(integerScalar: scalar) }
}

extension UInt: ScalarCodable {
    var scalar: CodedScalar { integerScalar }
    init?(_ scalar: CodedScalar) { self.init(integerScalar: scalar) }
}

extension UInt8: ScalarCodable {
    var scalar: CodedScalar { integerScalar }
    init?(_ scalar: CodedScalar) { self.init(integerScalar: scalar) }
}

extension UInt16: ScalarCodable {
    var scalar: CodedScalar { integerScalar }
    init?(_ scalar: CodedScalar) { self.init(integerScalar: scalar) }
}

extension UInt32: ScalarCodable {
    var scalar: CodedScalar { integerScalar }
    init?(_ scalar: CodedScalar) { self.init(integerScalar: scalar) }
}

extension UInt64: ScalarCodable {
    var scalar: CodedScalar { integerScalar }
    init?(_ scalar: CodedScalar) { self.init(integerScalar: scalar) }
}

/// An array of bytes is encoded as bytes, not as numbers.
extension [UInt8]: ScalarCodable {
    var scalar: CodedScalar { .bytes(Datagram(bytes: self)) }

    init?(_ scalar: CodedScalar) {
        guard case .bytes(let bytes) = scalar else { return nil }
        self = bytes.bytes
    }
}

extension Datagram: ScalarCodable {
    var scalar: CodedScalar { .bytes(self) }

    init?(_ scalar: CodedScalar) {
        guard case .bytes(let bytes) = scalar else { return nil }
        self = bytes
    }
}
