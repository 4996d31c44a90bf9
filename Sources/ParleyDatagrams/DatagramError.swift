/// The reason why a value could not be read from a datagram or appended to one.
///
/// Offsets are in bytes from the start of the datagram.
public enum DatagramError: Error, Hashable, Sendable {
    /// The datagram ends before the value does.
    case endOfDatagram(expected: String, byteCount: Int, available: Int, offset: Int)
    /// A text or a blob is longer than its count can express.
    case tooLong(what: String, count: Int, maximum: Int)
    /// The bytes of a text are not UTF-8. The offset is that of its first byte.
    case invalidUTF8(byteCount: Int, offset: Int)
    /// The units of a wide text are not UTF-16, because a surrogate has no partner.
    case invalidUTF16(unitCount: Int, offset: Int)
    /// A zero-terminated text has no zero byte.
    case missingTerminator(available: Int, offset: Int)
    /// The bytes have another value than the expected ones.
    case invalidValue(expected: String, found: String, offset: Int)
    /// A value does not fit the type that it is to be written as.
    case notRepresentable(value: String, type: String)
    /// A value is larger than ``CodingLimits`` allow.
    case limitExceeded(what: String, limit: Int, offset: Int)
    /// A `Codable` value could not be encoded or decoded. The path leads to the part of it that is
    /// wrong.
    case coding(path: String, reason: String)
    /// Bytes follow the last value.
    case trailingBytes(count: Int, offset: Int)
}

extension DatagramError: CustomStringConvertible {
    /// One sentence that says what was expected, what was found and where.
    ///
    /// Texts that a peer may have sent are shortened, and characters in them that cannot be printed
    /// are escaped, so the sentence can go to a log or a terminal.
    public var description: String {
        switch self {
        case .endOfDatagram(let expected, let byteCount, let available, let offset):
            "expected \(expected) of \(byteCount) bytes at offset \(offset), "
                + "but only \(available) bytes are left"
        case .tooLong(let what, let count, let maximum):
            "\(what) is \(count) bytes long; at most \(maximum) fit"
        case .invalidUTF8(let byteCount, let offset):
            "the \(byteCount) bytes at offset \(offset) are not valid UTF-8"
        case .invalidUTF16(let unitCount, let offset):
            "the \(unitCount) 16-bit units at offset \(offset) are not valid UTF-16"
        case .missingTerminator(let available, let offset):
            "expected a zero byte after the text at offset \(offset), "
                + "but none of the \(available) bytes left is zero"
        case .invalidValue(let expected, let found, let offset):
            "expected \(expected) at offset \(offset), but found \(found.excerpt(160))"
        case .notRepresentable(let value, let type):
            "\(value.excerpt(160)) cannot be written as \(type)"
        case .limitExceeded(let what, let limit, let offset):
            "\(what) at offset \(offset) is over the limit of \(limit)"
        case .coding(let path, let reason):
            (path.isEmpty ? "" : path.excerpt(160) + ": ") + reason.excerpt(160)
        case .trailingBytes(let count, let offset):
            "expected the end at offset \(offset), but \(count) bytes are left"
        }
    }
}
