package import ParleyDatagrams

/// A packet that may be sent: what the caller seals and where it goes.
package struct OutgoingPacket: Sendable {
    /// A place to which a packet goes.
    package enum Destination: Hashable, Sendable {
        /// An address, over UDP, sealed.
        case path(PathID)
        /// The session's TLS connection, unsealed.
        case tunnel
    }

    /// Where it goes.
    package let destination: Destination
    /// Its number.
    package let number: UInt64
    /// The epoch whose key seals it.
    package let epoch: UInt32
    /// Its frames before the payload.
    package let control: ControlFrames
    /// How many zero bytes stand between these frames and the payload.
    package let padding: Int

    /// Appends the packet up to its tag.
    ///
    /// - Parameters:
    ///   - session: The session.
    ///   - datagram: Gets the header and the frames.
    ///   - payload: Appends the last frame: its kind and its bytes, as many as were asked for.
    package func encode(
        session: SessionNumber, into datagram: inout Datagram,
        payload: (inout Datagram) -> Void = { _ in }
    ) {
        PacketHeader(session: session, epoch: epoch, number: number).encode(into: &datagram)
        control.encode(into: &datagram)
        datagram.appendPadding(padding)
        payload(&datagram)
    }
}

/// The answer to the question whether a packet may be sent.
package enum PacketPermit: Sendable {
    /// It may.
    case send(OutgoingPacket)
    /// It may not, now.
    case blocked(PacketBlock)
}

/// The reason why a packet cannot be sent now. Each is counted by the caller.
package enum PacketBlock: UInt8, Hashable, Sendable, CaseIterable {
    /// No packet has come from the peer, so its address is not known.
    case noPath
    /// The address has not answered a challenge, and got three times the bytes that it sent.
    case unvalidatedPath
    /// Too many packets are not acknowledged.
    case unacknowledged
    /// The packet would have more than ``SessionPackets/maximumCount`` bytes.
    case tooLong
}
