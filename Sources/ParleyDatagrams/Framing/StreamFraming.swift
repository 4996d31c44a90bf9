/// How a stream of bytes is divided into datagrams.
///
/// Both ends must use the same framing, because the stream does not announce it.
public enum StreamFraming: Sendable, Hashable {
    /// A little-endian count of bytes comes before each datagram.
    case lengthPrefixed(LengthPrefix)
    /// There are no frames. The bytes are passed on as they arrive.
    case raw

    /// The number of bytes before each datagram: 0, 2 or 4.
    @inlinable
    public var headerSize: Int {
        switch self {
        case .lengthPrefixed(let prefix): prefix.byteCount
        case .raw: 0
        }
    }

    /// The length in bytes of the longest datagram that a header can announce.
    @inlinable
    public var maximumPayload: Int {
        switch self {
        case .lengthPrefixed(let prefix): prefix.maximum
        case .raw: .max
        }
    }

    /// Appends the header of a frame.
    ///
    /// When it throws, nothing is appended.
    ///
    /// - Parameters:
    ///   - count: The number of bytes of the datagram that follows.
    ///   - buffer: The buffer to be sent.
    /// - Throws: ``FramingError/payloadTooLong(count:maximum:)``.
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

    /// Appends a frame, which is a header and a datagram.
    ///
    /// When it throws, nothing is appended.
    ///
    /// - Parameters:
    ///   - datagram: The datagram.
    ///   - buffer: The buffer to be sent.
    /// - Throws: ``FramingError/payloadTooLong(count:maximum:)``.
    @inlinable
    public func appendFrame(
        of datagram: Datagram, to buffer: inout Datagram
    ) throws(FramingError) {
        buffer.reserve(headerSize + datagram.count)
        try appendHeader(forPayloadOf: datagram.count, to: &buffer)
        buffer.append(contentsOf: datagram)
    }
}

/// The reason why a datagram cannot be framed, or a stream cannot be divided into datagrams.
public enum FramingError: Error, Hashable, Sendable, CustomStringConvertible {
    /// A peer announced a frame over the limit. No memory was taken for it.
    case frameTooLong(announced: Int, limit: Int)
    /// A datagram is longer than the header of a frame can express.
    case payloadTooLong(count: Int, maximum: Int)
    /// The stream ended inside a frame, after so many bytes of it, with its header.
    case cutOff(received: Int)

    /// One sentence that says what was announced and what is allowed.
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
