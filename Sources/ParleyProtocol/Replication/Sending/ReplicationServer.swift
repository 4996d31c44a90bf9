public import ParleyDatagrams

/// The sending side of replication: the world's quantised states, and packets for each client.
///
/// Each tick quantises every change once. Each client's packets then carry the states that the client
/// does not have, as deltas from those that *it* acknowledged. A delta that several clients need is
/// encoded once.
///
/// ```swift
/// server.beginTick(tick)
/// server.update(handle, body, as: bodies)
/// for datagram in server.write(for: &client, budget: 1200) { send(datagram) }
/// ```
public struct ReplicationServer: Sendable {
    /// Sizes, fixed at the start.
    public struct Configuration: Sendable {
        /// The most bytes of a packet: 64 … 65,507.
        public var packetSize = 1200
        /// How many states of each entity are kept as baselines, rounded up to a power of two: a
        /// client whose state is older than that gets a whole one.
        public var history = 32

        /// 1,200 bytes, 32 states.
        public init() {}
    }

    /// The types of entities.
    public let schema: ReplicationSchema

    /// The most bytes of a packet.
    public let packetSize: Int

    /// The tick whose states are being written.
    public private(set) var tick = Tick(number: 0)

    var store: EntityStore
    private let schemaHash: UInt64
    private let typeBits: Int
    private var handles = HandleAllocator()
    private var candidates: [SnapshotCandidate] = []
    /// The words of the entity in `update`.
    @usableFromInline var scratch: [UInt32]

    /// A world without entities.
    ///
    /// - Parameters:
    ///   - schema: both ends register the same types in it.
    ///   - configuration: sizes.
    public init(schema: ReplicationSchema, configuration: Configuration = Configuration()) {
        self.schema = schema
        schemaHash = schema.hash
        typeBits = SnapshotFormat.typeBits(schema.layouts.count)
        packetSize = min(max(configuration.packetSize, 64), 65_507)
        let history = min(max(configuration.history, 2), 1024)
        store = EntityStore(
            layouts: schema.layouts,
            history: 1 << (Int.bitWidth - (history - 1).leadingZeroBitCount))
        let around = SnapshotFormat.frameBits + SnapshotCandidate.overhead(.spawn)
        let room = packetSize * 8 - around
        scratch = Array(repeating: 0, count: schema.layouts.map(\.wordCount).max() ?? 0)
        for layout in schema.layouts {
            precondition(
                layout.coder.maximumBits <= room, "a \(layout.name) fits a packet of \(packetSize)")
        }
    }

    /// Begins a tick: later updates are of this tick.
    ///
    /// - Parameter tick: later than the one before.
    public mutating func beginTick(_ tick: Tick) {
        self.tick = tick
        store.beginTick()
    }

    /// How many entities there are.
    public var entityCount: Int { store.count }

    /// How many deltas were encoded so far; a delta that clients share counts once.
    public var encodedDeltas: Int { store.encoded }

    /// Whether an entity is there.
    public func contains(_ handle: EntityHandle) -> Bool { store.slot(of: handle) != nil }

    /// Adds an entity.
    ///
    /// No client gets it before ``ClientReplica/show(_:weight:)``.
    ///
    /// - Parameters:
    ///   - entity: its first state.
    ///   - type: from this server's schema.
    /// - Returns: its handle; nil if there are 2^20 entities already.
    @inlinable
    public mutating func spawn<Entity: Replicated>(
        _ entity: Entity, as type: EntityType<Entity>
    ) -> EntityHandle? {
        guard let handle = insert(type: type.index) else { return nil }
        update(handle, entity, as: type)
        return handle
    }

    /// Takes an entity's state in this tick.
    ///
    /// - Parameters:
    ///   - handle: from ``spawn(_:as:)``; a handle without an entity changes nothing.
    ///   - entity: its state, of the type that it was spawned as.
    ///   - type: the same as then.
    @inlinable
    public mutating func update<Entity: Replicated>(
        _ handle: EntityHandle, _ entity: Entity, as type: EntityType<Entity>
    ) {
        guard isLiving(handle, as: type.index) else { return }
        quantise(entity)
        take(handle)
    }

    @inlinable @inline(__always)
    mutating func quantise(_ entity: some Replicated) {
        var words = scratch.mutableSpan
        entity.quantise(into: &words)
    }

    @usableFromInline
    mutating func insert(type: Int) -> EntityHandle? {
        guard let handle = handles.allocate() else { return nil }
        store.insert(handle, type: type)
        return handle
    }

    @usableFromInline
    func isLiving(_ handle: EntityHandle, as type: Int) -> Bool {
        store.slot(of: handle)?.type == type
    }

    @usableFromInline
    mutating func take(_ handle: EntityHandle) {
        let words = scratch
        store.take(words.span, as: handle)
    }

    /// Removes an entity. Packets to each client that has it repeat the removal until it is
    /// acknowledged.
    public mutating func despawn(_ handle: EntityHandle) {
        guard contains(handle) else { return }
        store.remove(handle)
        handles.release(handle)
    }

    /// Takes the state of an entity whose handle comes from another table, and adds a new one.
    ///
    /// - Parameters:
    ///   - words: its quantised state.
    ///   - handle: the entity; one with the same place and another generation is replaced.
    ///   - type: its type's number in the schema.
    package mutating func mirror(_ words: Span<UInt32>, as handle: EntityHandle, type: Int) {
        if !isLiving(handle, as: type) { store.insert(handle, type: type) }
        store.take(words, as: handle)
    }

    /// Removes an entity whose handle comes from another table.
    package mutating func mirrorEnd(of handle: EntityHandle) {
        store.remove(handle)
    }

    /// The words of an entity's newest state, as clients have them.
    public func words(of handle: EntityHandle) -> [UInt32]? { store.words(of: handle) }

    /// The ``SnapshotReceiver/worldHash`` of a client that has everything it is shown.
    public func worldHash(of client: ClientReplica) -> UInt64 {
        client.shown.reduce(0) { $0 &+ (store.slot(of: $1)?.hash ?? 0) }
    }

    /// Whether a client was sent the newest state of all that it is shown, and the end of all else. A
    /// client that missed no packet then has ``worldHash(of:)``.
    package func hasSentEverything(to client: ClientReplica) -> Bool {
        client.entries.allSatisfy { entry in
            switch entry.phase {
            case .free: true
            case .leaving: entry.isInFlight
            case .shown: store.slot(of: entry.handle).map { $0.version == entry.sent } ?? false
            }
        }
    }

    /// Writes the states that a client does not have, the most urgent first, as far as the budget goes.
    ///
    /// Writes at least one packet, which says what tick it is. A second call for a client and tick writes
    /// nothing.
    ///
    /// - Parameters:
    ///   - client: what it is shown and has.
    ///   - budget: bytes of all packets together; at least a packet's header is written.
    /// - Returns: packets, none longer than ``packetSize``.
    public mutating func write(for client: inout ClientReplica, budget: Int) -> [Datagram] {
        var batch = PacketBatch()
        write(for: &client, budget: budget, into: &batch)
        return batch.packets
    }

    /// Writes what a client does not have yet into a batch, each packet behind the batch's head.
    ///
    /// - Parameters:
    ///   - client: what it is shown and has.
    ///   - budget: bytes of all packets together, heads not counted.
    ///   - batch: its packets are replaced.
    package mutating func write(
        for client: inout ClientReplica, budget: Int, into batch: inout PacketBatch
    ) {
        batch.removeAll()
        guard client.lastTick.map({ $0 < tick.number }) ?? true else { return }
        client.lastTick = tick.number
        candidates.removeAll(keepingCapacity: true)
        let bits = client.collect(into: &candidates, from: &store, at: tick.number)
        // Each packet that the budget may become has a frame, and the end of a byte is lost.
        let frames = max(budget, 0) / packetSize + 1
        let room = max(budget, 0) * 8 - frames * (SnapshotFormat.frameBits + 7)
        if bits > room {
            client.statistics.postponed += SnapshotCandidate.keepMostUrgent(&candidates, in: room)
        }
        var writer = SnapshotWriter(
            tick: tick, schema: schemaHash, typeBits: typeBits, packetSize: packetSize)
        writer.write(candidates, bits: bits, of: store, for: &client, into: &batch)
    }

    /// The bits of ``writeWholeState(of:to:)``; nil if there is no such entity.
    package mutating func wholeStateBits(of handle: EntityHandle) -> Int? {
        guard contains(handle) else { return nil }
        return store.delta(handle.index, since: 0).bits
    }

    /// Writes an entity's newest state as its delta from the origin, which a spawn has too.
    package mutating func writeWholeState(of handle: EntityHandle, to writer: inout BitWriter) {
        guard contains(handle) else { return }
        let delta = store.delta(handle.index, since: 0)
        writer.append(bits: delta.bits, of: store.deltas, from: delta.word)
    }
}
