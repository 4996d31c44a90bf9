public import ParleyDatagrams
public import ParleyHandoff
public import ParleyStore

/// Things and money: they are in the store, and change hands by deals.
extension Zone {
    /// Lets things and money change hands, once: all effects, or none.
    ///
    /// ```swift
    /// try zone.deal(.move(sword, from: ann, to: bob), .pay(gold, 50, from: bob, to: ann))
    /// ```
    ///
    /// Call it within the world's turns: in `step`, `receive` or `finished`. It does not wait. Each character of the deal
    /// that is here hears of its end by ``ZoneWorld/finished(_:for:)``, wherever it is by then; so does a character
    /// elsewhere that was given something. Deals that are open at the same time have no order.
    ///
    /// A deal within `receive` is named after the request, and one within `finished` after the deal that has ended: if the
    /// zone dies, and the same is done again from the last checkpoint, it is the same deal. A deal of a step is not: if
    /// the step after the checkpoint makes it again, it takes place again.
    ///
    /// - Parameters:
    ///   - effects: What happens, at most 64 effects among 16 characters of this zone. Who gives something must be in
    ///     this zone.
    ///   - note: Bytes by which the world knows the deal again, at most 256.
    /// - Returns: The deal's name.
    /// - Throws: ``DealError``. Nothing has happened then.
    @discardableResult
    public func deal(_ effects: DealEffect..., note: Datagram = Datagram()) throws(DealError)
        -> OperationID
    {
        try core.deal(effects, note: note)
    }

    /// The same for effects that a loop has gathered.
    @discardableResult
    public func deal(_ effects: [DealEffect], note: Datagram = Datagram()) throws(DealError)
        -> OperationID
    {
        try core.deal(effects, note: note)
    }

    /// What a character of this zone has; nil for some milliseconds after it has come.
    ///
    /// In ``ZoneWorld/finished(_:for:)`` it has the deal in it. It has 4,096 items at the most, by ascending number.
    public func possessions(of character: CharacterID) -> Possessions? {
        core.possessions(of: character)
    }

    /// What lies in the zone, and belongs to no character; nil for some milliseconds after the zone has started.
    public var possessions: Possessions? { core.possessions }

    /// The name of a character's account, such as players see it; nil for some milliseconds after it has come for the
    /// first time.
    public func accountName(of character: CharacterID) -> String? {
        core.accountName(of: character)
    }
}
