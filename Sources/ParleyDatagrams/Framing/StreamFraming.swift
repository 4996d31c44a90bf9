/// How datagrams are told apart in a stream of bytes.
///
/// Both ends must agree on it: nothing on the wire says it.
public enum StreamFraming: Sendable, Hashable {
    /// A little-endian count of bytes before each datagram: `tcp-header-size` 2 (Panda3D's
    /// default) and 4.
    case lengthPrefixed(LengthPrefix)
    /// No frames: bytes are passed on as they come (Panda3D's raw mode).
    case raw

    /// How many bytes go before each datagram: 0, 2 or 4.
    @inlinable
    public var headerSize: Int {
        switch self {
        case .lengthPrefixed(let prefix): prefix.byteCount
        case .raw: 0
        }
    }

    /// The longest datagram, in bytes, that a header can announce.
    @inlinable
    public var maximumPayload: Int {
        switch self {
        case .lengthPrefixed(let prefix): prefix.maximum
        case .raw: .max
        }
    }

    /// Appends the header of a frame.
    ///
    /// - Parameters:
    ///   - count: the bytes of the datagram that follows.
    ///   - buffer: what is going to be sent.
    /// - Throws: ``FramingError/payloadTooLong(count:maximum:)``, and nothing is appended.
    @inlinable
    public func appendHeader(
        forPayloadOf count: Int, to buffer: inout Datagram
    ) throws(FramingError) {
        guard count <= maximumPayload else {
            throw .payloadTooLong(count: count, maximum: maximumPayload)
        }
        switch self {
        case .lengthPrefixed(.uint16): buffer.append(UInt16(truncatingIfNeeded: count))
        case .lengthPrefixed(.uint32): buffer.append(UInt32(truncatingIfNeeded: count))
        case .raw: break
        }
    }

    /// Appends a whole frame: header and datagram.
    ///
    /// - Parameters:
    ///   - datagram: what to frame.
    ///   - buffer: what is going to be sent.
    /// - Throws: ``FramingError/payloadTooLong(count:maximum:)``, and nothing is appended.
    @inlinable
    public func appendFrame(
        of datagram: Datagram, to buffer: inout Datagram
    ) throws(FramingError) {
        buffer.reserve(headerSize + datagram.count)
        try appendHeader(forPayloadOf: datagram.count, to: &buffer)
        buffer.append(contentsOf: datagram)
    }
}

/// Why bytes cannot be framed, or frames not be taken from bytes.
public enum FramingError: Error, Hashable, Sendable, CustomStringConvertible {
    /// A peer announced a frame longer than is allowed. Nothing was allocated for it.
    case frameTooLong(announced: Int, limit: Int)
    /// A datagram is longer than the header of its frame can say.
    case payloadTooLong(count: Int, maximum: Int)
    /// The stream ended inside a frame, of which so many bytes had come, header included.
    case cutOff(received: Int)

    /// One sentence: what was announced, and what is allowed.
    public var description: String {
        switch self {
        case .frameTooLong(let announced, let limit):
            "a frame of \(announced) bytes was announced; at most \(limit) are allowed"
        case .payloadTooLong(let count, let maximum):
            "a datagram of \(count) bytes does not fit a frame of at most \(maximum)"
        case .cutOff(let received):
            "the stream ended inside a frame, after \(received) bytes of it"
        }
    }
}
