/// The epochs whose keys may open a received packet.
///
/// The header has the low two bits of the epoch. The epochs that can be on their way differ in these bits, so
/// they name one key, and none is ever tried in vain.
package struct OpeningEpochs: Sendable {
    /// The epoch of the newest key that opened a packet.
    package private(set) var current: UInt32 = 0
    /// The epoch of a new secret that opened none yet.
    package private(set) var base: UInt32?
    /// The epoch before, some of whose packets may be late.
    package private(set) var previous: UInt32?

    private var previousEnds: Duration = .zero
    /// The lowest number of a packet of the current epoch.
    private var lowest: UInt64 = .max
    /// The highest number that a key opened. Packets through the tunnel do not count.
    private var highest: UInt64?

    /// The first epoch.
    package init() {}

    /// The epoch of a received packet.
    ///
    /// - Parameters:
    ///   - bits: The header's epoch bits.
    ///   - number: The packet's number.
    ///   - now: The time.
    package func epoch(
        of bits: UInt8, number: UInt64, at now: Duration
    ) throws(PacketDrop) -> UInt32 {
        let bits = UInt32(bits)
        if current & 3 == bits { return current }
        if let base, base & 3 == bits { return try after(number, base) }
        if let previous, previous & 3 == bits {
            guard number < lowest, now < previousEnds else { throw .oldEpoch }
            return previous
        }
        guard (current &+ 1) & 3 == bits else { throw .unknownEpoch }
        return try after(number, current &+ 1)
    }

    /// Numbers continue over epochs, so a new epoch's packets have the highest ones.
    private func after(_ number: UInt64, _ epoch: UInt32) throws(PacketDrop) -> UInt32 {
        if let highest, number <= highest { throw .unknownEpoch }
        return epoch
    }

    /// A key opened a packet.
    ///
    /// - Parameters:
    ///   - epoch: What ``epoch(of:number:at:)`` returned.
    ///   - number: The packet's number.
    ///   - timeout: The probe timeout. Three of them later, the epoch before is over.
    ///   - now: The time.
    /// - Returns: Whether the epoch became the current one.
    package mutating func open(
        _ epoch: UInt32, number: UInt64, probeTimeout timeout: Duration, at now: Duration
    ) -> Bool {
        if epoch == previous { return false }
        let isNew = epoch != current
        if isNew {
            previous = current
            previousEnds = now + timeout * 3
            if epoch == base { base = nil }
            current = epoch
            lowest = .max
        }
        lowest = min(lowest, number)
        highest = max(highest ?? 0, number)
        return isNew
    }

    /// Accepts a new secret.
    ///
    /// - Parameter epoch: The epoch in which the peer begins to use it.
    /// - Returns: False if the current epoch has the same bits, which no correct peer chooses.
    package mutating func expectBase(_ epoch: UInt32) -> Bool {
        guard epoch & 3 != current & 3 else { return false }
        base = epoch
        // Its bits may be those of the new secret.
        if let previous, previous & 3 == epoch & 3 { self.previous = nil }
        return true
    }

    /// A server's choice for a new secret: the client may have gone on to the next epoch already, so it is
    /// the one after that.
    package mutating func expectBase() -> UInt32 {
        let epoch = current &+ 2
        _ = expectBase(epoch)
        return epoch
    }

    /// The end of the epoch before the current one; nil if it is over.
    package var retirement: Duration? { previous == nil ? nil : previousEnds }

    /// Ends the epoch before the current one if that is due.
    ///
    /// - Returns: The epoch whose key is to be wiped.
    package mutating func retire(at now: Duration) -> UInt32? {
        guard let previous, now >= previousEnds else { return nil }
        self.previous = nil
        return previous
    }
}
