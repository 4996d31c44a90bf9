package import ParleyProtocol

/// The result of receiving a UDP datagram.
package enum PacketOutcome: Hashable, Sendable {
    /// A ping, which is to be answered.
    case ping(PlayerID, mark: UInt32)
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
    /// Bytes that are no message; nil if they have no player's token either.
    case malformed(PlayerID?)
    /// A token that no player has.
    case unknownToken
}
