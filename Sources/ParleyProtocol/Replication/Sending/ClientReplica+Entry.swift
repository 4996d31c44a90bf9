extension ClientReplica {
    enum Phase: UInt8, Sendable { case free, shown, leaving }

    /// An entity that the client is shown, in 48 bytes. Its place in the table is its alias on the
    /// wire.
    struct Entry: Sendable {
        /// The packets since the acknowledged one that the entity was in: bit n is the one n ticks
        /// before the newest. Any of them may have arrived.
        var pending: UInt64 = 0
        var handle = EntityHandle(rawValue: 0)
        /// The newest version that the client has acknowledged; 0 if none.
        var acknowledged: UInt32 = 0
        /// The tick of the packet with that version.
        var acknowledgedTick: UInt32 = 0
        /// The newest version that was sent.
        var sent: UInt32 = 0
        /// The tick of the newest packet that the entity was in.
        var sentTick: UInt32 = 0
        /// No packet that `pending` cannot reach is later than this tick. Until something later is
        /// acknowledged, no baseline can be named.
        var overdueTick: UInt32 = 0
        /// Grows by `weight` with each snapshot; from 1 on the entity is due.
        var priority: Float = 0
        var weight: Float = 1
        /// Packets before this one meant another entity by the alias.
        var since: UInt32 = 0
        var phase = Phase.free
        /// Whether the newest packet with the entity is neither acknowledged nor lost.
        var isInFlight = false

        /// The first tick at which something was sent that may be newer than the acknowledged version.
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

        /// Notes that a packet of this tick has the entity.
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
