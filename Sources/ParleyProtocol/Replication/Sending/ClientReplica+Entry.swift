extension ClientReplica {
    enum Phase: Sendable { case free, shown, leaving }

    /// An entity that the client is shown. Its place in the table is its alias on the wire.
    struct Entry: Sendable {
        var handle = EntityHandle(rawValue: 0)
        var phase = Phase.free
        /// The newest state that the client has said it has; 0 when none.
        var acknowledged: UInt32 = 0
        /// The tick of the packet with that state.
        var acknowledgedTick: UInt32 = 0
        /// The newest state that was sent.
        var sent: UInt32 = 0
        /// Whether nothing is known yet of what was sent last.
        var isInFlight = false
        /// The tick of the newest packet that the entity was in.
        var sentTick: UInt32 = 0
        /// The packets since the acknowledged one that the entity was in: bit n is the one n ticks
        /// before the newest. Any of them may have arrived.
        var pending: UInt64 = 0
        /// Of those that `pending` cannot reach none is later than this tick. Until something later
        /// is acknowledged, no baseline can be named.
        var overdueTick: UInt32 = 0
        /// Grows by `weight` with each snapshot; from 1 on it is the entity's turn.
        var priority: Float = 0
        var weight: Float = 1
        /// Packets before this one meant another entity by the alias.
        var since: UInt32 = 0

        /// The first tick at which something was sent that may be newer than the acknowledged state.
        @inline(__always)
        func firstPending(before tick: UInt32) -> UInt32 {
            pending == 0 ? tick : sentTick &- UInt32(63 &- pending.leadingZeroBitCount)
        }

        /// Whether a state can be sent as what changed since the acknowledged one.
        @inline(__always)
        func hasBaseline(at tick: UInt32) -> Bool {
            acknowledged > 0 && overdueTick <= acknowledgedTick
                && tick &- firstPending(before: tick) < SnapshotFormat.window
        }

        /// Notes that a packet of this tick has it.
        ///
        /// - Returns: the priority that it had.
        @inline(__always)
        mutating func noteSent(version: UInt32, tick: UInt32) -> Float {
            let step = UInt64(tick &- sentTick)
            if pending != 0, step >= 64 || UInt64(pending.leadingZeroBitCount) < step {
                overdueTick = max(tick &- SnapshotFormat.window, 1)
            }
            pending = (step >= 64 ? 0 : pending &<< step) | 1
            sentTick = tick
            isInFlight = true
            if version > 0 { sent = version }
            defer { priority = 0 }
            return priority
        }

        /// Notes that the client has what a packet of this tick said.
        @inline(__always)
        mutating func noteAcknowledged(version: UInt32, tick: UInt32) {
            if sentTick == tick { isInFlight = false }
            guard tick > acknowledgedTick || acknowledged == 0 else { return }
            acknowledged = version
            acknowledgedTick = tick
            // Only what was sent later may be newer than what the client now certainly has.
            let later = UInt64(sentTick &- tick)
            pending &= later >= 64 ? ~0 : ~(~0 &<< later)
        }
    }
}
