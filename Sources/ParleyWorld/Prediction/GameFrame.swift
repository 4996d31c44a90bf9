public import ParleyProtocol

/// What a predicting client shows at one moment: the player's own body as it will be, and the others
/// as they were a little ago.
public struct GameFrame<G: GameRules>: Sendable {
    /// The predicted present, in which the player acts.
    public let tick: TickTime

    /// The moment of the world at which everything but the own body is shown.
    public let moment: TickTime

    /// The own body as it is to be drawn: predicted, with what is left of the last correction; nil for
    /// who has none.
    public let me: G.Body?

    /// The handle of the own body.
    public let myHandle: EntityHandle?

    /// The own body as the server last told it.
    public let authoritative: G.Body?

    /// After which tick it was so.
    public let authoritativeTick: Tick?

    /// How far what is drawn is from what is predicted, in the pose's unit of length.
    public let deviation: Double

    /// The newest states of everything that the client is shown.
    public let received: SnapshotReceiver

    /// Ticks a second.
    public let tickRate: Int

    /// For how many ticks a movement goes on after its newest state.
    @usableFromInline let extrapolation: Double

    /// The entities of a type at ``moment``, by rising handle, the own body not among them.
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

    /// One entity at ``moment``; nil when it is not shown.
    @inlinable
    public func state<Entity: WorldEntity>(
        of handle: EntityHandle, as type: EntityType<Entity>
    ) -> Entity? {
        received.state(
            of: handle, as: type, at: moment.ticks, tickDuration: 1 / Double(max(1, tickRate)),
            extrapolation: extrapolation, isTeleport: { $1.isTeleport(from: $0) })
    }
}
