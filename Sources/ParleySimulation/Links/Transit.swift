public import ParleySockets

/// The outcome for a datagram on a link.
public enum TransitOutcome: Sendable, Hashable {
    /// It never arrives.
    case lost(LossReason)
    /// It arrives, and so does a copy where the link makes one. The copy may be the first to come.
    case delivered(Transit, copy: Transit?)
}

/// The transit of one datagram, or of one copy of it, over a link.
public struct Transit: Sendable, Hashable {
    /// When it arrives.
    public var arrival: NetworkInstant
    /// The damage to its bytes.
    public var damage: Damage

    /// An arrival at that time, with that damage.
    public init(arrival: NetworkInstant, damage: Damage = .none) {
        self.arrival = arrival
        self.damage = damage
    }
}

/// The damage that a link does to a datagram's bytes.
public enum Damage: Sendable, Hashable {
    /// Nothing.
    case none
    /// The bit with this index is flipped: bit 0 is the lowest one of the first byte.
    case flippedBit(Int)
    /// Only that many bytes arrive.
    case truncated(to: Int)
}

/// Why a link has lost a datagram.
public enum LossReason: String, Sendable, Hashable {
    /// Chance, as `LossModel.independent` has it.
    case noise
    /// A burst of losses.
    case burst
    /// Too many bytes waited for the link.
    case queueFull
    /// The datagram is longer than the link's MTU.
    case tooLong
}
