public import ParleyDatagrams

/// The receiving side of replication: packets in, entities' states and acknowledgements out.
///
/// A packet is taken whole or not at all, once it is known that it makes the very states that the
/// sender has. Whatever the bytes, nothing traps, and no more memory is taken than the limits say.
public struct SnapshotReceiver: Sendable {
    /// Bounds of the memory that a sender can make a client take.
    public struct Limits: Sendable {
        /// How many entities are known at a time: 1 … 65,536.
        public var entityCount = 16_384

        /// 16,384 entities.
        public init() {}
    }

    /// The result of a packet.
    public struct Arrival: Sendable {
        /// The tick whose states it has.
        public let tick: Tick
        /// Entities that were not known, or had been gone.
        public internal(set) var spawned: [EntityHandle] = []
        /// Entities whose newest state came with it, those that spawned included.
        public internal(set) var updated: [EntityHandle] = []
        /// Entities that are no longer received.
        public internal(set) var despawned: [EntityHandle] = []
    }

    /// Counts so far.
    public struct Statistics: Hashable, Sendable {
        /// Packets taken.
        public internal(set) var packets = 0
        /// Packets that had arrived already, or came too late to tell.
        public internal(set) var duplicates = 0
        /// Packets that were refused, whole.
        public internal(set) var refused = 0
        /// Bytes of all packets.
        public internal(set) var bytes = 0
        /// States taken, by the number of their type in the schema.
        public internal(set) var states: [Int] = []
        /// The bits that those took, by the number of their type.
        public internal(set) var bits: [Int] = []
    }

    /// The meaning of an alias.
    struct Binding: Sendable {
        var handle = EntityHandle(rawValue: 0)
        var type = 0
        var isShown = false
        /// Packets before this one meant something else.
        var since: UInt32 = 0
        var states = StateHistory(wordCount: 0)
        /// Ticks from one state to the next while it changes; 0 when that is not known.
        var usualGap: UInt32 = 0
    }

    /// The types of entities.
    public let schema: ReplicationSchema
    /// Counts so far.
    public private(set) var statistics = Statistics()
    /// The newest tick of which something arrived.
    public private(set) var newestTick: Tick?

    let limits: Limits
    var bindings: [Binding] = []
    var aliases: [EntityHandle: Int] = [:]
    private(set) var packets = PacketHistory()

    /// A client that knows nothing.
    ///
    /// - Parameters:
    ///   - schema: both ends register the same types in it.
    ///   - limits: Bounds of memory.
    public init(schema: ReplicationSchema, limits: Limits = Limits()) {
        self.schema = schema
        self.limits = limits
        statistics.states = Array(repeating: 0, count: schema.layouts.count)
        statistics.bits = statistics.states
    }

    /// The tick that a packet says it is of; nil for bytes too short to say.
    package static func tick(of packet: Datagram) -> Tick? {
        (try? SnapshotReading(packet))?.tick
    }

    /// Whether of so many of the newest packets none is missing.
    package func hasAll(ofNewest count: Int) -> Bool {
        let ones: UInt64 = count >= 65 ? .max : (1 << UInt64(max(1, count) - 1)) - 1
        return packets.newest != nil && packets.history & ones == ones
    }

    /// The acknowledgement for every message to the sender; `nil` before the first packet.
    public var acknowledgement: SnapshotAcknowledgement? { packets.acknowledgement }

    /// Takes a packet.
    ///
    /// - Parameter packet: any bytes.
    /// - Returns: The result; `nil` for a packet that had arrived before.
    /// - Throws: ``SnapshotError`` when it is refused; nothing is taken from it then.
    public mutating func receive(_ packet: Datagram) throws(SnapshotError) -> Arrival? {
        statistics.bytes += packet.count
        do {
            var reading = try SnapshotReading(packet)
            guard let sequence = packets.sequence(of: reading.sequence) else {
                statistics.duplicates += 1
                return nil
            }
            try reading.readRecords(sequence, into: self)
            if let newestTick, reading.tick > newestTick { noteStill(through: newestTick) }
            packets.insert(sequence)
            statistics.packets += 1
            newestTick = max(newestTick ?? reading.tick, reading.tick)
            return take(reading, sequence)
        } catch {
            statistics.refused += 1
            throw error
        }
    }

    private mutating func take(_ reading: SnapshotReading, _ sequence: UInt32) -> Arrival {
        var arrival = Arrival(tick: reading.tick)
        for record in reading.records {
            while bindings.count <= record.alias { bindings.append(Binding()) }
            // A later packet set the meaning of the alias.
            if sequence < bindings[record.alias].since { continue }
            switch record.kind {
            case .despawn: remove(record.alias, sequence, &arrival)
            case .spawn: bind(record, sequence, &arrival)
            case .update: break
            }
            guard record.kind != .despawn else { continue }
            let words = reading.words[record.start..<record.start + record.count]
            bindings[record.alias].insert(words, tick: reading.tick.number)
            statistics.states[record.type] += 1
            statistics.bits[record.type] += record.bits
            let handle = bindings[record.alias].handle
            if bindings[record.alias].states.newestTick == reading.tick.number,
                aliases[handle] == record.alias
            {
                arrival.updated.append(handle)
            }
        }
        return arrival
    }

    private mutating func bind(
        _ record: SnapshotReading.Record, _ sequence: UInt32, _ arrival: inout Arrival
    ) {
        let (isShown, handle) = (bindings[record.alias].isShown, bindings[record.alias].handle)
        // Another type has another number of words, so its states need a history of their own.
        guard !isShown || handle != record.handle || bindings[record.alias].type != record.type
        else { return }
        if isShown { remove(record.alias, sequence, &arrival) }
        bindings[record.alias] = Binding(
            handle: record.handle, type: record.type, isShown: true, since: sequence,
            states: StateHistory(wordCount: record.count))
        // The entity may still be known by an alias whose end is on its way.
        if aliases.updateValue(record.alias, forKey: record.handle) == nil {
            arrival.spawned.append(record.handle)
        }
    }

    private mutating func remove(_ alias: Int, _ sequence: UInt32, _ arrival: inout Arrival) {
        let (isShown, handle) = (bindings[alias].isShown, bindings[alias].handle)
        bindings[alias] = Binding(since: sequence)
        guard isShown, aliases[handle] == alias else { return }
        aliases[handle] = nil
        arrival.despawned.append(handle)
    }
}
