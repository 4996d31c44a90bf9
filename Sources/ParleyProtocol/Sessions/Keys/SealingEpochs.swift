/// The epoch under which an end seals its packets.
///
/// A sender goes on to the next epoch only when the peer has acknowledged a packet of the current one, and
/// three probe timeouts later (RFC 9001, section 6.5). So at most three epochs are on their way at any
/// time, and the two bits of the header say which.
package struct SealingEpochs: Sendable {
    /// The epoch of the next packet.
    package private(set) var current: UInt32 = 0
    /// The epoch of a new secret that the client has not used yet; only a server waits.
    package private(set) var base: UInt32?

    private var firstNumber: UInt64 = 0
    private var began: Duration
    private var confirmed: Duration?

    /// The first epoch, which begins now.
    package init(at now: Duration) {
        began = now
    }

    /// Goes on to the next epoch if that is due, and may be.
    ///
    /// - Parameters:
    ///   - number: The next packet's number.
    ///   - timeout: The probe timeout.
    ///   - limits: When the next epoch is due.
    ///   - now: The time.
    /// - Returns: The epoch of the packet.
    package mutating func epoch(
        of number: UInt64, probeTimeout timeout: Duration, limits: EpochLimits, at now: Duration
    ) -> UInt32 {
        guard number - firstNumber >= limits.packets || now - began >= limits.age,
            base == nil, let confirmed, now - confirmed >= timeout * 3
        else { return current }
        begin(current &+ 1, with: number, at: now)
        return current
    }

    /// The peer has opened this packet.
    package mutating func confirm(_ number: UInt64, at now: Duration) {
        if confirmed == nil, number >= firstNumber { confirmed = now }
    }

    /// A server has given the client a new secret.
    ///
    /// - Returns: The epoch that begins when the client uses the secret.
    package mutating func expectBase() -> UInt32 {
        let next = current &+ 1
        base = next
        return next
    }

    /// The client has used the new secret.
    package mutating func beginBase(with number: UInt64, at now: Duration) {
        if let base { begin(base, with: number, at: now) }
    }

    /// Goes on to an epoch.
    ///
    /// - Parameter number: The first packet number of the epoch.
    package mutating func begin(_ epoch: UInt32, with number: UInt64, at now: Duration) {
        current = epoch
        base = nil
        firstNumber = number
        began = now
        confirmed = nil
    }
}
