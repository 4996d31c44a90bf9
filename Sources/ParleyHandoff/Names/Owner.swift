/// Who may act for a character: one life of one zone, at one epoch.
///
/// Every durable call carries its owner, and the store compares it in the transaction of the call's effect.
public struct Owner: Hashable, Sendable, CustomStringConvertible {
    /// The zone that holds the character.
    public var zone: ZoneName
    /// Which life of the zone's process.
    public var incarnation: Incarnation
    /// The epoch at which it was given the character.
    public var epoch: Epoch

    /// An owner from its three parts.
    public init(zone: ZoneName, incarnation: Incarnation, epoch: Epoch) {
        self.zone = zone
        self.incarnation = incarnation
        self.epoch = epoch
    }

    /// For example "north, incarnation 3, epoch 1.7".
    public var description: String { "\(zone), \(incarnation), \(epoch)" }
}
