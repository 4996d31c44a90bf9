/// What was sent to one client and not yet acknowledged: the last 64 packets and what was in them.
struct PacketLedger: Sendable {
    /// One entity in a packet, in eight bytes.
    struct Record: Sendable {
        let alias: UInt16
        /// What is given back when the packet is lost, in sixteenths.
        let priority: UInt16
        /// The state that was sent; 0 for the news that it is gone.
        let version: UInt32
    }

    enum Fate: Sendable { case none, inFlight, lost, acknowledged }

    struct Packet: Sendable {
        var sequence: UInt32 = 0
        var tick: UInt32 = 0
        var fate = Fate.none
        var records: [Record] = []
    }

    /// How many packets are remembered; as many as an acknowledgement tells of.
    static let capacity = 64

    private(set) var packets = [Packet](repeating: Packet(), count: Self.capacity)
    /// The number of the packet that is sent next; the first one's is 1.
    private(set) var next: UInt32 = 1

    /// The packet of this number, while it is remembered.
    @inline(__always)
    func place(of sequence: UInt32) -> Int? {
        let place = Int(sequence) & (Self.capacity - 1)
        let packet = packets[place]
        return packet.sequence == sequence && packet.fate != .none ? place : nil
    }

    /// Where the oldest packet lies, which the next one takes the place of.
    var nextPlace: Int { Int(next) & (Self.capacity - 1) }

    /// Begins a packet.
    ///
    /// - Returns: its number.
    mutating func open(tick: UInt32) -> UInt32 {
        let sequence = next
        let place = nextPlace
        packets[place].sequence = sequence
        packets[place].tick = tick
        packets[place].fate = .inFlight
        packets[place].records.removeAll(keepingCapacity: true)
        next &+= 1
        return sequence
    }

    /// Notes an entity in the newest packet.
    @inline(__always)
    mutating func note(alias: Int, priority: Float, version: UInt32) {
        packets[Int(next &- 1) & (Self.capacity - 1)].records.append(
            Record(
                alias: UInt16(truncatingIfNeeded: alias),
                priority: UInt16(min(priority, 4000) * 16), version: version))
    }

    mutating func settle(_ place: Int, _ fate: Fate) {
        packets[place].fate = fate
        // What a lost packet held is kept: its acknowledgement may only be late.
        if fate == .acknowledged { packets[place].records.removeAll(keepingCapacity: true) }
    }
}
