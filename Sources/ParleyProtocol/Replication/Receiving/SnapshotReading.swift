import ParleyDatagrams

/// A packet that is being read, before any of it is believed.
struct SnapshotReading {
    struct Record {
        let alias: Int
        let kind: SnapshotFormat.Kind
        var handle = EntityHandle(rawValue: 0)
        var type = 0
        /// Where its words are.
        var start = 0
        var count = 0
        /// The bits of its state in the packet.
        var bits = 0
    }

    let sequence: UInt16
    let tick: Tick
    private(set) var records: [Record] = []
    private(set) var words: [UInt32] = []
    private let count: Int
    private var reader: BitReader
    private var sum: UInt64 = 0
    private var reach: UInt32?

    init(_ packet: Datagram) throws(SnapshotError) {
        var reader = BitReader(packet)
        let header: (UInt64, UInt64, UInt64) = try Self.well { () throws(DatagramError) in
            (
                try reader.read(bits: SnapshotFormat.sequenceBits),
                try reader.read(bits: SnapshotFormat.tickBits),
                try reader.read(bits: SnapshotFormat.countBits)
            )
        }
        sequence = UInt16(truncatingIfNeeded: header.0)
        tick = Tick(number: UInt32(truncatingIfNeeded: header.1))
        count = Int(header.2)
        self.reader = reader
    }

    /// Bits that cannot be read make the packet malformed.
    private static func well<Value>(
        _ read: () throws(DatagramError) -> Value
    ) throws(SnapshotError) -> Value {
        do {
            return try read()
        } catch {
            throw .malformed(error)
        }
    }

    /// Reads all records, and compares the check.
    ///
    /// - Parameters:
    ///   - sequence: the packet's whole number.
    ///   - receiver: has the baselines.
    mutating func readRecords(
        _ sequence: UInt32, into receiver: borrowing SnapshotReceiver
    ) throws(SnapshotError) {
        sum = StateHash.ofHeader(
            sequence: self.sequence, tick: tick, count: count, schema: receiver.schema.hash)
        // The shortest record has two bits, so the packet's size bounds the memory.
        records.reserveCapacity(min(count, reader.remainingBits / 2))
        var alias = -1
        for _ in 0..<count {
            let (gap, kind) = try readKind()
            alias += gap + 1
            guard alias < min(receiver.limits.entityCount, 65_536) else {
                throw .aliasTooLarge(alias, limit: receiver.limits.entityCount)
            }
            switch kind {
            case .update: try readUpdate(alias, sequence, receiver)
            case .spawn: try readSpawn(alias, receiver)
            case .despawn:
                sum &+= StateHash.ofDespawn(alias: alias)
                records.append(Record(alias: alias, kind: .despawn))
            }
        }
        try readEnd()
    }

    private mutating func readKind() throws(SnapshotError) -> (
        gap: Int, kind: SnapshotFormat.Kind
    ) {
        try Self.well { () throws(DatagramError) in
            let gap = try SnapshotFormat.readGap(from: &reader)
            if try !reader.readFlag() { return (gap, .update) }
            return (gap, try reader.readFlag() ? .despawn : .spawn)
        }
    }

    private mutating func readUpdate(
        _ alias: Int, _ sequence: UInt32, _ receiver: borrowing SnapshotReceiver
    ) throws(SnapshotError) {
        let age: UInt32? = try Self.well { () throws(DatagramError) in
            guard try reader.readFlag() else { return nil }
            return UInt32(try reader.read(bits: SnapshotFormat.ageBits)) + 1
        }
        if let age { reach = tick.number >= age ? tick.number - age : nil }
        // Each time in place: a copy of the binding would be counted in and out.
        guard let reach, receiver.bindings.indices.contains(alias),
            receiver.bindings[alias].isShown, receiver.bindings[alias].since <= sequence,
            let place = receiver.bindings[alias].states.place(upTo: reach)
        else { throw .unknownBaseline(alias: alias) }
        var record = Record(alias: alias, kind: .update)
        record.handle = receiver.bindings[alias].handle
        record.type = receiver.bindings[alias].type
        try readState(record, since: receiver.bindings[alias].states.words(at: place), receiver)
    }

    private mutating func readSpawn(
        _ alias: Int, _ receiver: borrowing SnapshotReceiver
    ) throws(SnapshotError) {
        let layouts = receiver.schema.layouts
        var record = Record(alias: alias, kind: .spawn)
        try Self.well { () throws(DatagramError) in
            record.type = Int(try reader.read(bits: SnapshotFormat.typeBits(layouts.count)))
            let handle = try reader.read(bits: SnapshotFormat.handleBits)
            record.handle = EntityHandle(rawValue: UInt32(truncatingIfNeeded: handle))
        }
        guard record.type < layouts.count else {
            throw .unknownType(record.type, count: layouts.count)
        }
        try readState(record, since: layouts[record.type].origin[...], receiver)
    }

    private mutating func readState(
        _ record: Record, since baseline: ArraySlice<UInt32>,
        _ receiver: borrowing SnapshotReceiver
    ) throws(SnapshotError) {
        var record = record
        record.start = words.count
        record.count = baseline.count
        // Taken out, so that words and bits can change at the same time; an error ends the reading.
        var words = self.words
        self.words = []
        words.append(contentsOf: baseline)
        let coder = receiver.schema.layouts[record.type].coder
        let before = reader.bitOffset
        try Self.well { () throws(DatagramError) in
            var span = words.mutableSpan
            try coder.read(from: &reader, into: &span, at: record.start)
        }
        record.bits = reader.bitOffset - before
        sum &+= StateHash.of(
            words.span.extracting(record.start..<record.start + record.count),
            handle: record.handle, type: record.type)
        records.append(record)
        self.words = words
    }

    private mutating func readEnd() throws(SnapshotError) {
        let expected: UInt16 = try Self.well { () throws(DatagramError) in
            let check = try reader.read(bits: SnapshotFormat.checkBits)
            try reader.expectEnd()
            return UInt16(truncatingIfNeeded: check)
        }
        let found = UInt16(truncatingIfNeeded: StateHash.check(sum))
        guard expected == found else { throw .failedCheck(expected: expected, found: found) }
    }
}
