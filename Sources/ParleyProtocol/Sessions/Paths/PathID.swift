/// The caller's number for a remote address and the local one to which it sends. Equal numbers are equal pairs.
package struct PathID: Hashable, Sendable {
    package let rawValue: UInt32

    package init(rawValue: UInt32) {
        self.rawValue = rawValue
    }
}

/// The two ways of a packet.
package enum PacketWay: UInt8, Hashable, Sendable {
    /// A datagram over UDP, sealed.
    case udp
    /// A record of the session's TLS connection.
    case tunnel
}
