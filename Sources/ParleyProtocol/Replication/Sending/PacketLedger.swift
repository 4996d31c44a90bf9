/// The packets that were sent to one client and may not have arrived: the last 64, and what was in
/// them.
///
/// The records of all packets lie in one ring, in the order in which they were sent. It holds what lies
/// between the oldest packet that may still be acknowledged and the newest, which is little while
/// acknowledgements come; it grows and shrinks in powers of two.
struct PacketLedger: Sendable {
    /// One entity in a packet, in eight bytes.
    struct Record: Sendable {
        let alias: UInt16
        /// The priority that the entity gets back when the packet is lost, in sixteenths.
        let priority: UInt16
        /// The version that was sent; 0 if the packet says that the entity is gone.
        let version: UInt32
    }

    enum PacketOutcome: Sendable { case none, inFlight, lost, acknowledged }

    struct Packet: Sendable {
        var sequence: UInt32 = 0
        var tick: UInt32 = 0
        /// Where its records begin in the ring, counted from the first record ever, modulo 2^32.
        var start: UInt32 = 0
        /// A packet has at most 2,047 records (``SnapshotFormat/maximumRecords``).
        var count: UInt16 = 0
        var outcome = PacketOutcome.none
    }

    /// How many packets are remembered; as many as an acknowledgement tells of.
    static let capacity = 64
    private static let smallestRing = 64
    /// How many packets later one that counts as lost may still turn out to be late. Its records keep all that
    /// were sent after it, so a single loss would fill the ring.
    private static let patience: UInt32 = 16

    private(set) var packets = [Packet](repeating: Packet(), count: Self.capacity)
    /// The number of the packet that is sent next; the first one's is 1.
    private(set) var next: UInt32 = 1

    private var ring: [Record] = []
    /// The first record that may still matter, counted as `Packet.start`.
    private var begin: UInt32 = 0
    /// Behind the last record.
    private var end: UInt32 = 0
    /// The oldest packet whose records may still matter.
    private var oldest: UInt32 = 1

    /// The packet of this number, while it is remembered.
    @inline(__always)
    func place(of sequence: UInt32) -> Int? {
        let place = Int(sequence) & (Self.capacity - 1)
        let packet = packets[place]
        return packet.sequence == sequence && packet.outcome != .none ? place : nil
    }

    /// The place of the oldest packet, which the next one takes.
    var nextPlace: Int { Int(next) & (Self.capacity - 1) }

    /// How many records are remembered.
    var recordCount: Int { Int(end &- begin) }

    /// How many records the ring has room for.
    var recordCapacity: Int { ring.count }

    /// A record of a packet.
    @inline(__always)
    func record(_ index: UInt32) -> Record { ring[Int(index) & (ring.count &- 1)] }

    /// Begins a packet.
    ///
    /// - Returns: its number.
    mutating func open(tick: UInt32) -> UInt32 {
        let sequence = next
        packets[nextPlace] = Packet(
            sequence: sequence, tick: tick, start: end, count: 0, outcome: .inFlight)
        next &+= 1
        if sequence > UInt32(Self.capacity) {
            oldest = max(oldest, next &- UInt32(Self.capacity))
        }
        while oldest < sequence, !mattersStill(oldest) {
            packets[Int(oldest) & (Self.capacity - 1)].outcome = .none
            oldest &+= 1
        }
        begin = packets[Int(oldest) & (Self.capacity - 1)].start
        if ring.count > Self.smallestRing, recordCount < ring.count / 8 {
            resize(to: ring.count / 2)
        }
        return sequence
    }

    /// Whether a packet may yet be acknowledged: one that counts as lost may only be late, for a while.
    private func mattersStill(_ sequence: UInt32) -> Bool {
        switch packets[Int(sequence) & (Self.capacity - 1)].outcome {
        case .inFlight: true
        case .lost: next &- sequence <= Self.patience
        case .none, .acknowledged: false
        }
    }

    /// Notes an entity in the newest packet.
    @inline(__always)
    mutating func note(alias: Int, priority: Float, version: UInt32) {
        if recordCount == ring.count { resize(to: max(ring.count * 2, Self.smallestRing)) }
        ring[Int(end) & (ring.count &- 1)] = Record(
            alias: UInt16(truncatingIfNeeded: alias),
            priority: UInt16(min(priority, 4000) * 16), version: version)
        end &+= 1
        packets[Int(next &- 1) & (Self.capacity - 1)].count &+= 1
    }

    private mutating func resize(to count: Int) {
        let empty = Record(alias: 0, priority: 0, version: 0)
        var resized = [Record](repeating: empty, count: count)
        var index = begin
        while index != end {
            resized[Int(index) & (count &- 1)] = record(index)
            index &+= 1
        }
        ring = resized
    }

    mutating func settle(_ place: Int, _ outcome: PacketOutcome) {
        packets[place].outcome = outcome
    }
}
