public import ParleyProtocol

/// The view of a predicting client at one moment: the player's body as predicted, and all other
/// entities as they were a little earlier.
public struct GameFrame<G: GameRules>: Sendable {
    /// The predicted present, in which the player acts.
    public let tick: TickTime

    /// The moment at which all other entities are drawn.
    public let moment: TickTime

    /// The player's body as it is to be drawn: predicted, with the rest of the last correction; nil
    /// for a player without one.
    public let me: G.Body?

    /// The handle of the player's body.
    public let myHandle: EntityHandle?

    /// The player's body in the server's newest state.
    public let authoritative: G.Body?

    /// The tick of that state.
    public let authoritativeTick: Tick?

    /// The distance between the drawn and the predicted body, in the pose's unit of length.
    public let deviation: Double

    /// The newest states of all entities that the client receives.
    public let received: SnapshotReceiver

    /// Ticks a second.
    public let tickRate: Int

    /// For how many ticks a movement goes on after its newest state.
    @usableFromInline let extrapolation: Double

    /// The entities of a type at ``moment``, by rising handle, without the player's body.
    ///
    /// - Parameter type: From the game's schema.
    @inlinable
    public func entities<Entity: WorldEntity>(
        of type: EntityType<Entity>
    ) -> [(handle: EntityHandle, state: Entity)] {
        received.handles(ofType: type.index).compactMap { handle in
            state(of: handle, as: type).map { (handle, $0) }
        }
    }

    /// One entity at ``moment``; nil when the client does not receive it.
    @inlinable
    public func state<Entity: WorldEntity>(
        of handle: EntityHandle, as type: EntityType<Entity>
    ) -> Entity? {
        received.state(
            of: handle, as: type, at: moment.ticks, tickDuration: 1 / Double(max(1, tickRate)),
            extrapolation: extrapolation, isTeleport: { $1.isTeleport(from: $0) })
    }
}
