/// Which packets a client has acknowledged, so that an acknowledgement, which repeats 64 packets, costs
/// only what is new in it.
struct AcknowledgementHistory: Sendable {
    /// The newest packet that was acknowledged; 0 if none was.
    private(set) var newest: UInt32 = 0
    /// Bit n is set when the packet n + 1 before the newest one was acknowledged.
    private var known: UInt64 = 0

    /// Takes an acknowledgement, and returns what is new in it.
    ///
    /// - Parameters:
    ///   - acknowledged: its newest packet.
    ///   - history: bit n stands for the packet n + 1 before `acknowledged`.
    /// - Returns: whether its newest packet is the newest of all, and the other new ones: bit n stands
    ///   for the packet n + 1 before ``newest`` as it is afterwards. Packets more than 64 before that
    ///   are left out; nothing is remembered of them.
    mutating func takeFresh(
        _ acknowledged: UInt32, _ history: UInt64
    ) -> (hasNewest: Bool, history: UInt64) {
        var reported = history
        let hasNewest = acknowledged > newest
        if hasNewest {
            let step = acknowledged &- newest
            known = Self.shifted(known, by: step)
            // The packet before all others is number 1.
            if newest > 0 { known |= Self.bit(before: step) }
            newest = acknowledged
        } else {
            let step = newest &- acknowledged
            reported = Self.shifted(history, by: step) | Self.bit(before: step)
        }
        defer { known |= reported }
        return (hasNewest, reported & ~known)
    }

    private static func shifted(_ bits: UInt64, by step: UInt32) -> UInt64 {
        step < 64 ? bits << UInt64(step) : 0
    }

    /// The bit of the packet that is `step` before the newest; none for the newest itself.
    private static func bit(before step: UInt32) -> UInt64 {
        (1...64).contains(step) ? 1 << UInt64(step - 1) : 0
    }
}
