/// What one client is shown, and what the server knows that it has.
///
/// It holds no more than 64 packets' worth of what was not acknowledged, whatever the client does.
public struct ClientReplica: Sendable {
    /// What happened so far.
    public struct Statistics: Hashable, Sendable {
        /// Packets written.
        public var packets = 0
        /// Bytes of them.
        public var bytes = 0
        /// States of entities in them.
        public var states = 0
        /// Those that were whole states and not differences.
        public var wholeStates = 0
        /// Packets that were found lost.
        public var lostPackets = 0
        /// States that waited because the budget was spent.
        public var postponed = 0
        /// Acknowledgements of what was never sent; they change nothing.
        public var refusedAcknowledgements = 0
    }

    /// What happened so far.
    public internal(set) var statistics = Statistics()

    var entries: [Entry] = []
    private var freeAliases: [Int] = []
    private var aliases: [EntityHandle: Int] = [:]
    var ledger = PacketLedger()
    var lastTick: UInt32?
    private var newestAcknowledged: UInt32 = 0

    /// A client that knows nothing.
    public init() {}

    /// How many entities the client is shown.
    public var visibleCount: Int { aliases.count }

    /// The entities that the client is shown, in no order.
    public var shown: some Collection<EntityHandle> { aliases.keys }

    /// The same in the order of the aliases, which follows from what was shown and hidden, and from
    /// no dictionary.
    var shownInOrder: [EntityHandle] {
        entries.compactMap { $0.phase == .shown ? $0.handle : nil }
    }

    /// How many packets are remembered whose fate is not known, 64 at the most.
    public var unsettledPackets: Int { ledger.packets.count { $0.fate == .inFlight } }

    /// How many states and despawns are remembered of packets that were not acknowledged.
    public var unsettledRecords: Int { ledger.packets.reduce(0) { $0 + $1.records.count } }

    /// Whether the client is shown an entity.
    public func shows(_ handle: EntityHandle) -> Bool { aliases[handle] != nil }

    /// Shows an entity from the next packet on, or changes how often it is due.
    ///
    /// - Parameters:
    ///   - handle: which.
    ///   - weight: 1 for every snapshot, 0.25 for every fourth, above 1 for what goes first when the
    ///     budget is short.
    /// - Returns: `false` when the client is shown as many as aliases can name: 65,536.
    @discardableResult
    public mutating func show(_ handle: EntityHandle, weight: Float = 1) -> Bool {
        let kept = weight > 0 ? min(weight, 1_000_000) : 0
        if let alias = aliases[handle] {
            entries[alias].weight = kept
            return true
        }
        let alias = freeAliases.popLast() ?? entries.count
        guard alias <= Int(UInt16.max) else { return false }
        if alias == entries.count { entries.append(Entry()) }
        entries[alias] = Entry(
            handle: handle, phase: .shown, priority: max(kept, 1), weight: kept,
            since: ledger.next)
        aliases[handle] = alias
        return true
    }

    /// Shows an entity no longer: the client is told until it acknowledges.
    public mutating func hide(_ handle: EntityHandle) {
        guard let alias = aliases.removeValue(forKey: handle) else { return }
        leave(alias)
    }

    /// From now on only the news that the entity is gone is sent.
    mutating func leave(_ alias: Int) {
        if aliases[entries[alias].handle] == alias { aliases[entries[alias].handle] = nil }
        // A client that was sent nothing has nothing to be told.
        if entries[alias].sent == 0 { return release(alias) }
        entries[alias].phase = .leaving
        entries[alias].isInFlight = false
        entries[alias].priority = max(entries[alias].priority, 1)
    }

    private mutating func release(_ alias: Int) {
        entries[alias] = Entry()
        freeAliases.append(alias)
    }

    /// Begins a packet; what the one that it takes the place of held counts as lost.
    mutating func openPacket(tick: UInt32) -> UInt32 {
        let oldest = ledger.nextPlace
        if ledger.packets[oldest].fate == .inFlight { lose(oldest) }
        return ledger.open(tick: tick)
    }

    /// Notes what the newest packet says of an entity.
    @inline(__always)
    mutating func note(_ alias: Int, version: UInt32, tick: UInt32) {
        let priority = entries[alias].noteSent(version: version, tick: tick)
        ledger.note(alias: alias, priority: priority, version: version)
    }
}

extension ClientReplica {
    /// Learns what arrived.
    ///
    /// An acknowledgement of what was never sent is refused and counted; a client that lies about
    /// what it has only spoils its own picture, and its packets' checks then tell it so.
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
        acknowledge(newest)
        var history = acknowledgement.history
        while history != 0 {
            let back = UInt32(truncatingIfNeeded: history.trailingZeroBitCount) &+ 1
            acknowledge(newest &- back)
            history &= history &- 1
        }
        guard newest > newestAcknowledged else { return }
        newestAcknowledged = newest
        loseOlder(than: newest)
    }

    /// A packet that three later ones overtook is lost (RFC 9002's packet threshold).
    private mutating func loseOlder(than newest: UInt32) {
        for place in ledger.packets.indices {
            let packet = ledger.packets[place]
            if packet.fate == .inFlight, packet.sequence &+ 3 <= newest { lose(place) }
        }
    }

    private mutating func acknowledge(_ sequence: UInt32) {
        guard let place = ledger.place(of: sequence),
            ledger.packets[place].fate != .acknowledged
        else { return }
        let tick = ledger.packets[place].tick
        for index in ledger.packets[place].records.indices {
            acknowledge(ledger.packets[place].records[index], sequence, tick)
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
        for record in packet.records {
            let alias = Int(record.alias)
            guard entries[alias].phase != .free, packet.sequence >= entries[alias].since,
                entries[alias].sentTick == packet.tick
            else { continue }
            // Nothing later is on its way: it is due again, with the priority that it had.
            entries[alias].isInFlight = false
            entries[alias].priority += max(Float(record.priority) / 16, 1)
        }
        ledger.settle(place, .lost)
        statistics.lostPackets += 1
    }
}
