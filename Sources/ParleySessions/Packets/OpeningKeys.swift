import ParleySecurity

/// The keys that open one direction's packets: of the current epoch, the one before, the one after, and a new
/// secret's. Their epochs differ in two bits, so each has a place of its own.
///
/// The next key is there before a packet needs it, so a forged epoch bit costs no derivation.
struct OpeningKeys: ~Copyable, Sendable {
    private var current: UInt32
    /// The secret of the newest epoch after the current one's secret.
    private var secret: TrafficSecret
    private var keys: InlineArray<4, OpeningKey?>
    private var epochs = InlineArray<4, UInt32>(repeating: 0)
    /// A new secret that opened no packet yet, and its first epoch.
    private var base: TrafficSecret?
    private var baseEpoch: UInt32 = 0

    /// The keys of a secret from epoch 0 on.
    init(_ secret: consuming TrafficSecret) {
        current = 0
        keys = InlineArray { _ in nil }
        let first = secret.openingKey()
        secret.ratchet()
        let second = secret.openingKey()
        self.secret = secret
        place(first, at: 0)
        place(second, at: 1)
    }

    /// Keeps a new secret's key beside the others. It replaces one that waits.
    mutating func expect(_ secret: consuming TrafficSecret, epoch: UInt32) {
        place(secret.openingKey(), at: epoch)
        base = consume secret
        baseEpoch = epoch
    }

    /// Opens a packet into other memory.
    ///
    /// - Parameter epoch: The machine's epoch for the packet.
    /// - Returns: Whether it is what the peer sealed.
    mutating func open(
        _ packet: Span<UInt8>, headerCount: Int, number: UInt64, epoch: UInt32,
        into plaintext: inout MutableSpan<UInt8>
    ) -> Bool {
        let place = Int(epoch & 3)
        guard epochs[place] == epoch,
            keys[place]?.open(
                packet, headerCount: headerCount, number: number, into: &plaintext) == true
        else { return false }
        if epoch != current { advance(to: epoch) }
        return true
    }

    /// Wipes the key of an epoch that is over.
    mutating func retire(_ epoch: UInt32) {
        let place = Int(epoch & 3)
        if epochs[place] == epoch { keys[place] = nil }
    }

    private mutating func advance(to epoch: UInt32) {
        if epoch == baseEpoch, let base = base.take() {
            secret = base
        } else if epoch != current &+ 1 {
            // A late packet of the epoch before.
            return
        }
        current = epoch
        secret.ratchet()
        let next = epoch &+ 1
        // The new secret may have the place: then the peer does not go on with the old one.
        guard base == nil || baseEpoch & 3 != next & 3 else { return }
        place(secret.openingKey(), at: next)
    }

    private mutating func place(_ key: consuming OpeningKey, at epoch: UInt32) {
        keys[Int(epoch & 3)] = consume key
        epochs[Int(epoch & 3)] = epoch
    }
}
