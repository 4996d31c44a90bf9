import ParleySecurity

/// The key that seals one direction's packets, and how to get the next one.
struct SealingKeys: ~Copyable, Sendable {
    private var epoch: UInt32
    private var secret: TrafficSecret
    private var key: SealingKey
    /// A new secret that the peer has not used yet, and its first epoch.
    private var base: TrafficSecret?
    private var baseEpoch: UInt32 = 0

    /// The keys of a secret from its first epoch on.
    init(_ secret: consuming TrafficSecret, epoch: UInt32) {
        key = secret.sealingKey()
        self.secret = secret
        self.epoch = epoch
    }

    /// Keeps a new secret for the epoch in which it begins. It replaces one that waits.
    mutating func expect(_ secret: consuming TrafficSecret, epoch: UInt32) {
        base = consume secret
        baseEpoch = epoch
    }

    /// Seals a packet in place.
    ///
    /// - Parameters:
    ///   - packet: The header, the plaintext, and room for the tag.
    ///   - epoch: The machine's epoch: this one, the next, or that of the new secret.
    mutating func seal(
        _ packet: inout MutableSpan<UInt8>, headerCount: Int, number: UInt64, epoch: UInt32
    ) throws(SealingError) {
        if epoch != self.epoch { advance(to: epoch) }
        try key.seal(&packet, headerCount: headerCount, number: number)
    }

    private mutating func advance(to epoch: UInt32) {
        if epoch == baseEpoch, let base = base.take() {
            secret = base
        } else {
            secret.ratchet()
        }
        key = secret.sealingKey()
        self.epoch = epoch
    }
}
