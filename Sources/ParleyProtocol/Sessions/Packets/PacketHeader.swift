package import ParleyDatagrams

/// The 8 readable bytes at the beginning of a packet. The tag covers them.
///
/// ```
/// 1 byte   version (4 bits), key epoch (2 bits), 2 bits zero
/// 4 bytes  session number
/// 3 bytes  low bits of the packet number
/// ```
package struct PacketHeader: Hashable, Sendable {
    /// The length of a header, in bytes.
    package static let count = 8
    /// The version of the packets.
    package static let version: UInt8 = 1

    /// The low 2 bits of the key epoch.
    package let epochBits: UInt8
    /// The session.
    package let session: SessionNumber
    /// The low 24 bits of the packet number.
    package let lowNumber: UInt32

    /// The header of a packet.
    ///
    /// - Parameters:
    ///   - session: The session's number.
    ///   - epoch: The epoch of the key that seals the packet.
    ///   - number: The packet's whole number.
    package init(session: SessionNumber, epoch: UInt32, number: UInt64) {
        epochBits = UInt8(truncatingIfNeeded: epoch) & 3
        self.session = session
        lowNumber = UInt32(truncatingIfNeeded: number) & 0xFF_FFFF
    }

    /// Reads the first bytes of a received packet.
    package init(_ packet: Datagram) throws(PacketDrop) {
        guard let word = try? packet.reader.peek(UInt64.self) else { throw .tooShort }
        let first = UInt8(truncatingIfNeeded: word)
        guard first >> 4 == Self.version, first & 3 == 0 else { throw .foreignHeader }
        epochBits = first >> 2 & 3
        session = SessionNumber(rawValue: UInt32(truncatingIfNeeded: word >> 8))
        lowNumber = UInt32(truncatingIfNeeded: word >> 40)
    }

    /// Appends the 8 bytes.
    package func encode(into datagram: inout Datagram) {
        let first = Self.version << 4 | epochBits << 2
        datagram.append(
            UInt64(first) | UInt64(session.rawValue) << 8 | UInt64(lowNumber) << 40)
    }
}
