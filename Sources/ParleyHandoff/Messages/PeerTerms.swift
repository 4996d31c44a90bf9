package import ParleyDatagrams

/// What all servers of a realm have to have in common, as one of them has it.
package struct PeerTerms: Hashable, Sendable {
    /// The lease, in milliseconds.
    package var lease: UInt32
    /// A hash of the game's name and of the map.
    package var map: UInt64
    /// Nothing, sealed by the newest key: whoever has that key opens it.
    package var proof: Datagram

    package init(lease: UInt32, map: UInt64, proof: Datagram) {
        (self.lease, self.map, self.proof) = (lease, map, proof)
    }
}
