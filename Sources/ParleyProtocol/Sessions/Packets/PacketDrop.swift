/// The reason why a received packet was dropped. Each is counted.
package enum PacketDrop: UInt8, Error, Hashable, Sendable, CaseIterable {
    /// Fewer bytes than a header and a tag.
    case tooShort
    /// The header has another version, or a bit that must be zero.
    case foreignHeader
    /// No session has this number, or it had an earlier generation of the slot.
    case unknownSession
    /// The epoch bits name no key that is in use.
    case unknownEpoch
    /// An earlier epoch's packet with a later number, or after the end of that epoch.
    case oldEpoch
    /// The packet arrived before.
    case duplicate
    /// The number is so far below the highest one that nothing is known about it.
    case tooOld
    /// A client's packet that does not come from its server.
    case strangePath
    /// Too many packets from other addresses than the session's.
    case openingsLimited
    /// The tag is wrong: not what the peer sealed.
    case forged
    /// An authentic packet whose frames cannot be read.
    case malformed
}

/// How many packets were dropped, by reason.
package struct PacketDropCounts: Hashable, Sendable {
    private var counts = [UInt64](repeating: 0, count: PacketDrop.allCases.count)

    /// No drops.
    package init() {}

    /// How many packets were dropped for a reason.
    package subscript(reason: PacketDrop) -> UInt64 { counts[Int(reason.rawValue)] }

    /// How many packets were dropped in all.
    package var total: UInt64 { counts.reduce(0, &+) }

    /// Counts a packet.
    package mutating func count(_ reason: PacketDrop) {
        counts[Int(reason.rawValue)] &+= 1
    }
}
