/// The smoothed share of packets that are lost.
public struct LossRate: Hashable, Sendable {
    /// The weight of one packet.
    private static let gain = 1.0 / 128

    /// From 0, nothing is lost, to 1.
    public private(set) var share: Double = 0

    /// Packets known to have arrived or to be lost.
    public private(set) var count: UInt64 = 0

    /// No loss, as long as none is seen.
    public init() {}

    /// Records that a packet arrived or counts as lost.
    public mutating func note(isLost: Bool) {
        count &+= 1
        share += ((isLost ? 1 : 0) - share) * Self.gain
    }
}
