/// The entities that one client receives, and the states that it has acknowledged.
///
/// It holds no more than 64 packets' worth of what was not acknowledged, whatever the client does.
public struct ClientReplica: Sendable {
    /// Counts since the client is there.
    public struct Statistics: Hashable, Sendable {
        /// Packets written.
        public var packets = 0
        /// Bytes of them.
        public var bytes = 0
        /// States of entities in them.
        public var states = 0
        /// Those that were whole states and not deltas.
        public var wholeStates = 0
        /// Packets that were found lost.
        public var lostPackets = 0
        /// States that waited because the budget was spent.
        public var postponed = 0
        /// Acknowledgements of packets that were never sent; they change nothing.
        public var refusedAcknowledgements = 0
    }

    /// Counts since the client is there.
    public internal(set) var statistics = Statistics()

    var entries: [Entry] = []
    private var freeAliases: [UInt16] = []
    private var aliases: [EntityHandle: UInt16] = [:]
    var ledger = PacketLedger()
    /// The tick of the newest packets.
    var lastTick: UInt32?
    var acknowledgements = AcknowledgementHistory()

    /// A client that knows nothing.
    public init() {}

    /// How many entities the client is shown.
    public var visibleCount: Int { aliases.count }

    /// The entities that the client is shown, in no order.
    public var shown: some Collection<EntityHandle> { aliases.keys }

    /// How many packets are neither acknowledged nor lost: 64 at the most.
    public var unsettledPackets: Int { ledger.packets.count { $0.outcome == .inFlight } }

    /// How many states and despawns are remembered, from the oldest packet on that was not
    /// acknowledged.
    public var unsettledRecords: Int { ledger.recordCount }

    /// How many records have memory, for tests.
    package var recordCapacity: Int { ledger.recordCapacity }

    /// Whether the client is shown an entity.
    public func shows(_ handle: EntityHandle) -> Bool { aliases[handle] != nil }

    /// Shows an entity from the next packet on, or changes how often it is due.
    ///
    /// - Parameters:
    ///   - handle: the entity.
    ///   - weight: 1 for every snapshot, 0.25 for every fourth, above 1 for what goes first when the
    ///     budget is short.
    /// - Returns: `false` when the client is shown as many as aliases can name: 65,536.
    @discardableResult
    public mutating func show(_ handle: EntityHandle, weight: Float = 1) -> Bool {
        if let alias = aliases[handle] {
            setWeight(weight, ofAlias: Int(alias))
            return true
        }
        let alias = freeAliases.popLast().map { Int($0) } ?? entries.count
        guard alias <= Int(UInt16.max) else { return false }
        if alias == entries.count { addEntry() }
        let kept = Self.bounded(weight)
        entries[alias] = Entry(
            handle: handle, priority: max(kept, 1), weight: kept, since: ledger.next,
            phase: .shown)
        aliases[handle] = UInt16(alias)
        return true
    }

    /// Adds a place, for which the table grows by an eighth: an array by itself would double.
    private mutating func addEntry() {
        if entries.count == entries.capacity {
            entries.reserveCapacity(entries.count + max(Self.leastGrowth, entries.count / 8))
        }
        entries.append(Entry())
    }

    private static var leastGrowth: Int { 8 }

    private static func bounded(_ weight: Float) -> Float {
        weight > 0 ? min(weight, 1_000_000) : 0
    }

    /// Changes how often an entity that is shown is due.
    @inline(__always)
    mutating func setWeight(_ weight: Float, ofAlias alias: Int) {
        entries[alias].weight = Self.bounded(weight)
    }

    /// Shows an entity no longer: packets say so until the client acknowledges it.
    public mutating func hide(_ handle: EntityHandle) {
        if let alias = aliases[handle] { hide(alias: Int(alias)) }
    }

    /// From now on packets say only that the entity is gone.
    mutating func hide(alias: Int) {
        aliases[entries[alias].handle] = nil
        // A client that has received no record of the entity needs no removal.
        if entries[alias].sent == 0 { return release(alias) }
        entries[alias].phase = .leaving
        entries[alias].isInFlight = false
        entries[alias].priority = max(entries[alias].priority, 1)
    }

    private mutating func release(_ alias: Int) {
        entries[alias] = Entry()
        freeAliases.append(UInt16(alias))
    }

    /// Begins a packet; the one whose place it takes counts as lost if it was in flight.
    mutating func openPacket(tick: UInt32) -> UInt32 {
        let oldest = ledger.nextPlace
        if ledger.packets[oldest].outcome == .inFlight { lose(oldest) }
        return ledger.open(tick: tick)
    }

    /// Notes the newest packet's record of an entity.
    @inline(__always)
    mutating func note(_ alias: Int, version: UInt32, tick: UInt32) {
        let priority = entries[alias].noteSent(version: version, tick: tick)
        ledger.note(alias: alias, priority: priority, version: version)
    }
}

extension ClientReplica {
    /// Takes an acknowledgement.
    ///
    /// An acknowledgement of a packet that was never sent is refused and counted. A client that lies
    /// about what it has spoils its own picture only, and its packets' checks then tell it so.
    ///
    /// - Parameter acknowledgement: from the client's newest message, or an older one.
    public mutating func receive(_ acknowledgement: SnapshotAcknowledgement) {
        let last = ledger.next &- 1
        guard let newest = expandSequence(acknowledgement.newest, near: last), newest >= 1,
            newest <= last, Int64(64 - acknowledgement.history.leadingZeroBitCount) < Int64(newest)
        else {
            statistics.refusedAcknowledgements += 1
            return
        }
        let wasNewest = acknowledgements.newest
        var fresh = acknowledgements.takeFresh(newest, acknowledgement.history)
        if fresh.hasNewest { acknowledge(newest) }
        let base = acknowledgements.newest
        while fresh.history != 0 {
            acknowledge(base &- UInt32(truncatingIfNeeded: fresh.history.trailingZeroBitCount) &- 1)
            fresh.history &= fresh.history &- 1
        }
        if newest > wasNewest { loseOlder(than: newest, judgedBelow: wasNewest) }
    }

    /// A packet that three later ones overtook is lost (RFC 9002's packet threshold).
    ///
    /// - Parameters:
    ///   - newest: the newest packet that was acknowledged.
    ///   - before: the newest one of before, up to which packets were judged then.
    private mutating func loseOlder(than newest: UInt32, judgedBelow before: UInt32) {
        let window = UInt32(PacketLedger.capacity)
        let oldest = ledger.next > window ? ledger.next &- window : 1
        var sequence = max(before > 2 ? before &- 2 : 1, oldest)
        while sequence &+ 3 <= newest {
            if let place = ledger.place(of: sequence),
                ledger.packets[place].outcome == .inFlight
            {
                lose(place)
            }
            sequence &+= 1
        }
    }

    private mutating func acknowledge(_ sequence: UInt32) {
        guard let place = ledger.place(of: sequence),
            ledger.packets[place].outcome != .acknowledged
        else { return }
        let packet = ledger.packets[place]
        var index = packet.start
        for _ in 0..<packet.count {
            acknowledge(ledger.record(index), sequence, packet.tick)
            index &+= 1
        }
        ledger.settle(place, .acknowledged)
    }

    private mutating func acknowledge(
        _ record: PacketLedger.Record, _ sequence: UInt32, _ tick: UInt32
    ) {
        let alias = Int(record.alias)
        guard entries[alias].phase != .free, sequence >= entries[alias].since else { return }
        if record.version == 0 { return release(alias) }
        entries[alias].noteAcknowledged(version: record.version, tick: tick)
    }

    private mutating func lose(_ place: Int) {
        let packet = ledger.packets[place]
        var index = packet.start
        for _ in 0..<packet.count {
            let record = ledger.record(index)
            index &+= 1
            let alias = Int(record.alias)
            guard entries[alias].phase != .free, packet.sequence >= entries[alias].since,
                entries[alias].sentTick == packet.tick
            else { continue }
            // Nothing later is in flight: the entity is due again, with the priority that it had.
            entries[alias].isInFlight = false
            entries[alias].priority += max(Float(record.priority) / 16, 1)
        }
        ledger.settle(place, .lost)
        statistics.lostPackets += 1
    }
}
