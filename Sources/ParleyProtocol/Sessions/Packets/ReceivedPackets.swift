/// One direction's packets as they arrive: which came, and when to acknowledge them.
package struct ReceivedPackets: Sendable {
    /// How many packets wait for an acknowledgement at most: half of what one can name.
    private static let mostWaiting = 32

    /// The numbers that arrived.
    package private(set) var window = ReplayWindow()
    private var waiting = 0
    private var deadline: Duration = .zero

    /// Nothing was received.
    package init() {}

    /// The time at which an acknowledgement is sent alone, if no other packet has taken it along.
    package var acknowledgementDeadline: Duration? { waiting == 0 ? nil : deadline }

    /// What to acknowledge; nil if the peer knows it.
    @inline(__always)
    package var acknowledgement: PacketAcknowledgement? {
        waiting == 0 ? nil : window.acknowledgement
    }

    /// An authentic packet arrived.
    ///
    /// - Parameter asksForAcknowledgement: Whether it has other frames than acknowledgements.
    package mutating func insert(
        _ number: UInt64, asksForAcknowledgement: Bool, at now: Duration
    ) {
        window.insert(number)
        guard asksForAcknowledgement else { return }
        if waiting == 0 { deadline = now + SentPackets.acknowledgementDelay }
        waiting += 1
        if waiting >= Self.mostWaiting { deadline = min(deadline, now) }
    }

    /// A packet took the acknowledgement along.
    package mutating func acknowledged() {
        waiting = 0
    }
}
