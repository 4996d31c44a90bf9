/// How a UDP packet contains a datagram.
public enum DatagramFraming: Sendable, Hashable, CaseIterable {
    /// A little-endian 16-bit sum of the payload's bytes comes before the payload, as Panda3D has it.
    ///
    /// The sum detects packets of other protocols. It does not detect tampering.
    case checksummed
    /// The packet is the payload.
    case raw

    /// The reason why a packet is dropped.
    public enum Rejection: Error, Hashable, Sendable {
        /// The packet is shorter than a header (2 bytes).
        case tooShort(count: Int)
        /// The header is not the sum of the bytes that follow it.
        case wrongChecksum(expected: UInt16, found: UInt16)
    }

    /// The number of bytes before the payload: 2 or 0.
    @inlinable
    public var headerSize: Int { self == .checksummed ? 2 : 0 }

    /// The length in bytes of the longest payload: 65,507, which fit one UDP packet over IPv4, without
    /// the header.
    @inlinable
    public var maximumPayload: Int { 65_507 - headerSize }

    /// Returns the packet for a payload.
    ///
    /// The length is not checked, because the socket refuses packets that are too long.
    ///
    /// - Parameter payload: The payload.
    /// - Returns: The header and the payload. In raw mode it is the payload itself, not copied.
    public func seal(_ payload: Datagram) -> Datagram {
        guard self == .checksummed else { return payload }
        var packet = Datagram(minimumCapacity: headerSize + payload.count)
        seal(payload, into: &packet)
        return packet
    }

    /// Appends the packet for a payload to a buffer.
    ///
    /// - Parameters:
    ///   - payload: The payload.
    ///   - packet: The buffer.
    public func seal(_ payload: Datagram, into packet: inout Datagram) {
        if self == .checksummed {
            packet.reserve(headerSize + payload.count)
            packet.append(Self.checksum(of: payload))
        }
        packet.append(contentsOf: payload)
    }

    /// Returns the payload of a packet.
    ///
    /// - Parameter packet: The received packet.
    /// - Returns: A slice of the packet, which is not copied.
    /// - Throws: ``Rejection`` when the packet is to be dropped.
    @inlinable
    public func open(_ packet: Datagram) throws(Rejection) -> Datagram {
        guard self == .checksummed else { return packet }
        return try openChecksummed(packet)
    }

    @usableFromInline
    func openChecksummed(_ packet: Datagram) throws(Rejection) -> Datagram {
        guard packet.count >= headerSize else { throw .tooShort(count: packet.count) }
        let found = unsafe packet.withUnsafeBytes {
            unsafe UInt16(littleEndian: $0.loadUnaligned(as: UInt16.self))
        }
        let payload = packet.slice(headerSize...)
        let expected = Self.checksum(of: payload)
        guard found == expected else { throw .wrongChecksum(expected: expected, found: found) }
        return payload
    }

    /// Returns the sum of the bytes, modulo 65,536.
    ///
    /// - Parameter payload: The payload.
    /// - Returns: The sum for the header.
    public static func checksum(of payload: Datagram) -> UInt16 {
        unsafe payload.withUnsafeBytes { unsafe sum($0) }
    }

    /// Returns the sum of the bytes, modulo 65,536.
    ///
    /// - Parameter bytes: The payload.
    /// - Returns: The sum for the header.
    public static func checksum(of bytes: borrowing Span<UInt8>) -> UInt16 {
        unsafe bytes.withUnsafeBytes { unsafe sum($0) }
    }

    /// A plain loop, so the compiler uses vector instructions. It wraps at 32 bits, which is a multiple
    /// of the modulus.
    private static func sum(_ bytes: UnsafeRawBufferPointer) -> UInt16 {
        var sum: UInt32 = 0
        for index in bytes.indices { sum &+= unsafe UInt32(bytes[index]) }
        return UInt16(truncatingIfNeeded: sum)
    }
}
