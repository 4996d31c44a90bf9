package import ParleyProtocol

/// What one end's packets came to.
package struct PacketLinkStatistics: Hashable, Sendable {
    /// Packets that were dropped, by reason.
    package var drops = PacketDropCounts()
    /// Packets that were sent over UDP.
    package var sentOverUDP: UInt64 = 0
    /// Packets that were sent through the tunnel.
    package var sentThroughTunnel: UInt64 = 0
    /// Packets that could not be sent: no address, one that has not answered, too many unacknowledged.
    package var blocked: UInt64 = 0
    /// How often the way changed between UDP and the tunnel.
    package var waySwitches: UInt64 = 0
    /// How often the peer's address moved.
    package var moves: UInt64 = 0

    /// No packets.
    package init() {}
}
