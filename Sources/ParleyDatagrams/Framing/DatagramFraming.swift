/// How a datagram is put into one packet.
public enum DatagramFraming: Sendable, Hashable, CaseIterable {
    /// Panda3D's UDP header: a little-endian 16-bit sum of the payload's bytes before the payload.
    /// It finds packets of another protocol, not tampering.
    case checksummed
    /// The packet is the payload.
    case raw

    /// Why a packet was not accepted.
    public enum Rejection: Error, Hashable, Sendable {
        /// The packet is shorter than a header (2 bytes).
        case tooShort(count: Int)
        /// The header does not say the sum of the bytes behind it.
        case wrongChecksum(expected: UInt16, found: UInt16)
    }

    /// How many bytes go before the payload: 2 or 0.
    @inlinable
    public var headerSize: Int { self == .checksummed ? 2 : 0 }

    /// The longest payload that fits one UDP packet over IPv4 (65,507 bytes), header taken off.
    @inlinable
    public var maximumPayload: Int { 65_507 - headerSize }

    /// The packet for a payload.
    ///
    /// - Parameter payload: any; whether it fits a packet is for the socket to say.
    /// - Returns: header and payload; in raw mode the payload itself, not copied.
    public func seal(_ payload: Datagram) -> Datagram {
        guard self == .checksummed else { return payload }
        var packet = Datagram(minimumCapacity: headerSize + payload.count)
        seal(payload, into: &packet)
        return packet
    }

    /// Appends the packet for a payload, to memory that is used again and again.
    ///
    /// - Parameters:
    ///   - payload: what to send.
    ///   - packet: what the packet is appended to.
    public func seal(_ payload: Datagram, into packet: inout Datagram) {
        if self == .checksummed {
            packet.reserve(headerSize + payload.count)
            packet.append(Self.checksum(of: payload))
        }
        packet.append(contentsOf: payload)
    }

    /// The payload of a packet.
    ///
    /// - Parameter packet: what was received.
    /// - Returns: a slice of the packet, not copied.
    /// - Throws: ``Rejection``: the packet is to be dropped.
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

    /// The sum of the bytes, modulo 65,536.
    ///
    /// - Parameter payload: what to add up.
    /// - Returns: what the header says.
    public static func checksum(of payload: Datagram) -> UInt16 {
        unsafe payload.withUnsafeBytes { unsafe sum($0) }
    }

    /// The sum of the bytes, modulo 65,536.
    ///
    /// - Parameter bytes: what to add up.
    /// - Returns: what the header says.
    public static func checksum(of bytes: borrowing Span<UInt8>) -> UInt16 {
        unsafe bytes.withUnsafeBytes { unsafe sum($0) }
    }

    /// A plain loop that wraps at 32 bits (a multiple of the modulus): the compiler turns it into
    /// vector instructions.
    private static func sum(_ bytes: UnsafeRawBufferPointer) -> UInt16 {
        var sum: UInt32 = 0
        for index in bytes.indices { sum &+= unsafe UInt32(bytes[index]) }
        return UInt16(truncatingIfNeeded: sum)
    }
}
