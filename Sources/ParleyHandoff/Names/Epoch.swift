/// How often a character has changed hands: its fencing token.
///
/// Epochs in the store only rise. Whoever acts for a character names the epoch it was given, and the store
/// refuses an older one.
public struct Epoch: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// The realm's generation. An operator raises it after each restore from a backup, so that processes from
    /// before the restore never pass a fence again.
    public var generation: UInt32
    /// The ownership number: +1 whenever the character enters, leaves, or moves to another zone.
    public var number: UInt64

    /// The epoch with these two numbers.
    public init(generation: UInt32, number: UInt64) {
        self.generation = generation
        self.number = number
    }

    /// The epoch after this one in the same generation. Numbers that come from elsewhere are below 2⁶³.
    public var next: Epoch { Epoch(generation: generation, number: number + 1) }

    /// Whether `left` was granted before `right`.
    public static func < (left: Epoch, right: Epoch) -> Bool {
        (left.generation, left.number) < (right.generation, right.number)
    }

    /// For example "epoch 1.7".
    public var description: String { "epoch \(generation).\(number)" }
}
