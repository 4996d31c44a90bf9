package import ParleyProtocol

/// The result of receiving a UDP datagram.
package enum PacketOutcome: Hashable, Sendable {
    /// A ping without commands. The next packet answers it.
    case ping(PlayerID)
    /// Frames of the protocol's own.
    case control(PlayerID)
    /// A command that waits for the next step; `droppedOldest` if the oldest was dropped for it.
    case command(PlayerID, droppedOldest: Bool)
    /// A predicting client's commands.
    case input(PlayerID)
    /// A command that is not newer than those before it.
    case stale(PlayerID)
    /// The player sends more than the limits allow.
    case limited(PlayerID)
    /// A datagram with more bytes than one may have.
    case oversized(PlayerID)
    /// An authentic packet whose payload is no message.
    case malformed(PlayerID)
    /// A packet that was not the player's, or of no use to the protocol.
    case dropped(PlayerID, PacketDrop)
    /// No packet of this protocol.
    case foreign
    /// The number of a session that there is not.
    case unknownSession
}
