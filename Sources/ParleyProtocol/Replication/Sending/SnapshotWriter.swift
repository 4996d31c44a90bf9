import ParleyDatagrams

/// Writes a client's records into packets.
struct SnapshotWriter {
    let tick: Tick
    let schema: UInt64
    let typeBits: Int
    let packetSize: Int

    /// The alias of the record before, in this packet.
    private var alias = -1
    /// The tick up to which the reader looks for baselines; 0 if this packet has named none yet.
    private var reach: UInt32 = 0

    init(tick: Tick, schema: UInt64, typeBits: Int, packetSize: Int) {
        self.tick = tick
        self.schema = schema
        self.typeBits = typeBits
        self.packetSize = packetSize
    }

    /// Writes one packet or more.
    ///
    /// - Parameters:
    ///   - candidates: in the order of their aliases; all are written.
    ///   - bits: what they take at the most.
    ///   - store: has their deltas.
    ///   - client: notes what it is sent.
    ///   - batch: gets the packets.
    mutating func write(
        _ candidates: [SnapshotCandidate], bits: Int, of store: borrowing EntityStore,
        for client: inout ClientReplica, into batch: inout PacketBatch
    ) {
        // Candidates that fit one packet at their worst need no plan.
        if bits <= packetSize * 8 - SnapshotFormat.frameBits,
            candidates.count <= SnapshotFormat.maximumRecords
        {
            let capacity = (bits + SnapshotFormat.frameBits + 7) / 8
            return writePacket(
                candidates, 0..<candidates.count, capacity, of: store, for: &client, into: &batch)
        }
        var next = 0
        repeat {
            let end = plan(candidates, from: next, for: client)
            writePacket(
                candidates, next..<end, packetSize, of: store, for: &client, into: &batch)
            next = end
        } while next < candidates.count
    }

    /// How far the candidates fit the next packet.
    private mutating func plan(
        _ candidates: [SnapshotCandidate], from start: Int, for client: borrowing ClientReplica
    ) -> Int {
        var left = packetSize * 8 - SnapshotFormat.frameBits
        var end = start
        (alias, reach) = (-1, 0)
        while end < candidates.count, end - start < SnapshotFormat.maximumRecords {
            let candidate = candidates[end]
            left -= candidate.bits + head(of: candidate, client.entries[candidate.alias]).bits
            if candidate.kind == .spawn { left -= typeBits + SnapshotFormat.handleBits }
            if left < 0 { break }
            end += 1
        }
        return end
    }

    /// The fields before a record's delta, and their bits.
    @inline(__always)
    private mutating func head(
        of candidate: SnapshotCandidate, _ entry: ClientReplica.Entry
    ) -> (value: UInt64, bits: Int) {
        var (value, bits) = SnapshotFormat.gap(candidate.alias &- alias &- 1)
        alias = candidate.alias
        value |= candidate.kind.rawValue << UInt64(truncatingIfNeeded: bits)
        bits &+= candidate.kind.bits
        guard candidate.kind == .update else { return (value, bits) }
        let first = entry.firstPending(before: tick.number)
        // The reader takes the newest state that it has up to the named tick. A tick names the right
        // one if it is not before that state and before all that may have arrived since.
        if reach != 0, reach >= entry.acknowledgedTick, reach < first { return (value, bits &+ 1) }
        reach = first &- 1
        let age = UInt64(tick.number &- first)
        value |= (1 | age << 1) << UInt64(truncatingIfNeeded: bits)
        return (value, bits &+ 1 &+ SnapshotFormat.ageBits)
    }

    private mutating func writePacket(
        _ candidates: [SnapshotCandidate], _ range: Range<Int>, _ capacity: Int,
        of store: borrowing EntityStore, for client: inout ClientReplica,
        into batch: inout PacketBatch
    ) {
        let sequence = UInt16(truncatingIfNeeded: client.openPacket(tick: tick.number))
        // The writer moves eight bytes at a time.
        var writer = batch.beginPacket(capacity: capacity + 8)
        writer.write(sequence, bits: SnapshotFormat.sequenceBits)
        writer.write(tick.number, bits: SnapshotFormat.tickBits)
        writer.write(range.count, bits: SnapshotFormat.countBits)
        var sum = StateHash.ofHeader(
            sequence: sequence, tick: tick, count: range.count, schema: schema)
        (alias, reach) = (-1, 0)
        for index in range {
            let candidate = candidates[index]
            let entry = client.entries[candidate.alias]
            let head = head(of: candidate, entry)
            writer.write(head.value, bits: head.bits)
            if candidate.kind == .despawn {
                sum &+= StateHash.ofDespawn(alias: candidate.alias)
            } else {
                let slot = store.slots[entry.handle.index]
                sum &+= slot.hash
                if candidate.kind == .spawn {
                    writer.write(slot.type, bits: typeBits)
                    writer.write(entry.handle.rawValue, bits: SnapshotFormat.handleBits)
                    client.statistics.wholeStates += 1
                }
                writer.append(bits: candidate.bits, of: store.deltas, from: candidate.word)
                client.statistics.states += 1
            }
            client.note(candidate.alias, version: candidate.version, tick: tick.number)
        }
        writer.write(StateHash.check(sum), bits: SnapshotFormat.checkBits)
        client.statistics.packets += 1
        client.statistics.bytes += batch.endPacket(&writer)
    }
}
