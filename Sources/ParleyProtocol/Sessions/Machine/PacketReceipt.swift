/// A received packet that may be opened.
package struct PendingPacket: Hashable, Sendable {
    /// Its whole number.
    package let number: UInt64
    /// The epoch of the key that opens it.
    package let epoch: UInt32
    /// Whether it arrived before, and is opened only for the address from which it comes. Its frames are not
    /// to be read.
    package let isDuplicate: Bool
}

/// What an opened packet changed.
package struct PacketReceipt: Sendable {
    /// What happened to the address to which packets go.
    package enum PathChange: Hashable, Sendable {
        /// The first packet came from this address.
        case began(PathID)
        /// The address is a candidate now. The caller keeps it until another one is.
        case candidate(PathID)
        /// The candidate has won: packets go there from now on.
        case moved(PathID)
    }

    /// The change of address, if there is one.
    package var path: PathChange?
    /// The epoch that has become the current one for opening: the caller derives the key after it.
    package var openingEpoch: UInt32?
    /// Whether the packet was the newest so far.
    package var isNewest = false
}
