/// Why bytes could not be read as what was asked for, or a value could not be written.
///
/// Offsets count bytes from the start of the datagram that was read or written.
public enum DatagramError: Error, Hashable, Sendable {
    /// The datagram ends before the value does.
    case endOfDatagram(expected: String, byteCount: Int, available: Int, offset: Int)
    /// A text or blob is longer than its length prefix, or its field, can say.
    case tooLong(what: String, count: Int, maximum: Int)
    /// The bytes of a text are not UTF-8 (the offset is that of its first byte).
    case invalidUTF8(byteCount: Int, offset: Int)
    /// The units of a wide text are not UTF-16: a surrogate has no partner.
    case invalidUTF16(unitCount: Int, offset: Int)
    /// A zero-terminated text has no terminating zero byte.
    case missingTerminator(available: Int, offset: Int)
    /// Bytes are there, but do not say what was expected.
    case invalidValue(expected: String, found: String, offset: Int)
    /// A value does not fit what it should be written as.
    case notRepresentable(value: String, type: String)
    /// A value nests deeper, or has more parts, than the reader allows.
    case limitExceeded(what: String, limit: Int, offset: Int)
    /// A `Codable` value could not be encoded or decoded; where in it, and why.
    case coding(path: String, reason: String)
    /// Bytes are left over after the last value.
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
