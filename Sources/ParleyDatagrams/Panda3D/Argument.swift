/// A value whose type is known only at run time, as Panda3D's `putArg` and `getArg` have it.
public enum Argument: Hashable, Sendable {
    /// A whole number.
    case integer(Int64)
    /// A whole number above the range of `Int64`. Smaller ones are `integer`.
    case unsigned(UInt64)
    /// A number with a fraction.
    case real(Double)
    /// A text.
    case text(String)
    /// Bytes.
    case blob(Datagram)
    /// The elements of an array. An element of a `uint32uint8array` is a list of two numbers.
    case list([Argument])
}

extension Argument {
    /// Creates a whole number, or nil when the value fits neither `Int64` nor `UInt64`.
    ///
    /// - Parameter value: The whole number.
    public init?(_ value: some BinaryInteger) {
        if let signed = Int64(exactly: value) {
            self = .integer(signed)
        } else if let unsigned = UInt64(exactly: value) {
            self = .unsigned(unsigned)
        } else {
            return nil
        }
    }
}

extension Argument: ExpressibleByIntegerLiteral, ExpressibleByFloatLiteral,
    ExpressibleByStringLiteral, ExpressibleByArrayLiteral
{
    /// A whole number.
    public init(integerLiteral value: Int64) { self = .integer(value) }
    /// A number with a fraction.
    public init(floatLiteral value: Double) { self = .real(value) }
    /// A text.
    public init(stringLiteral value: String) { self = .text(value) }
    /// A list.
    public init(arrayLiteral elements: Argument...) { self = .list(elements) }
}

/// The type on the wire of an ``Argument``, one of Panda3D's subatomic types.
public enum ArgumentType: String, Hashable, Sendable, CaseIterable {
    /// One number.
    case int8, int16, int32, int64, uint8, uint16, uint32, uint64, float64
    /// A 16-bit count of bytes, and UTF-8.
    case string
    /// A 16-bit count of bytes, and the bytes.
    case blob
    /// A 32-bit count of bytes, and the bytes.
    case blob32
    /// A 16-bit count of *bytes*, not of elements, and the elements.
    case int8array, int16array, int32array, uint8array, uint16array, uint32array
    /// A 16-bit count of bytes (five per element), and pairs of a 32-bit and an 8-bit number.
    case uint32uint8array

    /// The types of the numbers in an element of an array, or nil for other types.
    var elements: [ArgumentType]? {
        switch self {
        case .int8array: [.int8]
        case .int16array: [.int16]
        case .int32array: [.int32]
        case .uint8array: [.uint8]
        case .uint16array: [.uint16]
        case .uint32array: [.uint32]
        case .uint32uint8array: [.uint32, .uint8]
        default: nil
        }
    }

    /// The number of bytes of a number, or 0 for other types.
    var byteCount: Int {
        switch self {
        case .int8, .uint8: 1
        case .int16, .uint16: 2
        case .int32, .uint32: 4
        case .int64, .uint64, .float64: 8
        default: 0
        }
    }
}
