package import ParleyDatagrams

/// A snapshot packet with one record that no honest server writes: the entity with alias 0, whose
/// state is the type's initial one, or the one before.
package struct ForgedSnapshot: Sendable {
    /// The packet's record of the entity.
    package enum Record: Sendable {
        /// It is there from now on, by this handle and of this type.
        case spawn(handle: UInt32, type: Int)
        /// It is as it was 64 ticks ago, or at the newest state before.
        case update(type: Int)
    }

    private let sequence: UInt16
    private let tick: UInt32
    private let record: Record
    private let wordCounts: [Int]

    /// - Parameters:
    ///   - sequence: The packet's number.
    ///   - tick: The snapshot's tick.
    ///   - record: The one record.
    ///   - wordCounts: How many words a state has, by the number of its type in the schema.
    package init(sequence: UInt16, tick: UInt32, _ record: Record, wordCounts: [Int]) {
        self.sequence = sequence
        self.tick = tick
        self.record = record
        self.wordCounts = wordCounts
    }

    /// The packet's bytes with this check, which only the receiver's error reveals.
    package func packet(check: UInt16 = 0) -> Datagram {
        var writer = BitWriter()
        writer.write(UInt64(sequence), bits: 16)
        writer.write(UInt64(tick), bits: 32)
        writer.write(1, bits: 11)
        // Alias 0.
        writer.write(0, bits: 1)
        switch record {
        case .spawn(let handle, let type):
            writer.write(0b01, bits: 2)
            let typeBits = Int.bitWidth - (wordCounts.count - 1).leadingZeroBitCount
            writer.write(UInt64(type), bits: typeBits)
            writer.write(UInt64(handle), bits: 32)
            writeNoChange(ofType: type, to: &writer)
        case .update(let type):
            writer.write(0, bits: 1)
            writer.write(1, bits: 1)
            writer.write(63, bits: 6)
            writeNoChange(ofType: type, to: &writer)
        }
        writer.write(UInt64(check), bits: 16)
        return writer.finish()
    }

    private func writeNoChange(ofType type: Int, to writer: inout BitWriter) {
        let words = wordCounts[type]
        writer.write(0, bits: words > 8 ? (words + 7) / 8 : words)
    }

    /// An entity that becomes another type under the same handle, and is then updated as that.
    package static func typeChange(
        from old: Int, to new: Int, wordCounts: [Int]
    ) -> [ForgedSnapshot] {
        let records: [Record] = [
            .spawn(handle: 7, type: old), .spawn(handle: 7, type: new), .update(type: new),
            .update(type: new),
        ]
        return records.enumerated().map { index, record in
            ForgedSnapshot(
                sequence: UInt16(index + 1), tick: UInt32(100 * index + 1), record,
                wordCounts: wordCounts)
        }
    }

    /// An entity whose states lie ages apart.
    package static func distantStates(ofType type: Int, wordCounts: [Int]) -> [ForgedSnapshot] {
        let ticks: [UInt32] = [1, 3_000_000_000, 3_000_000_100, .max]
        return ticks.enumerated().map { index, tick in
            let record: Record = index == 0 ? .spawn(handle: 7, type: type) : .update(type: type)
            return ForgedSnapshot(
                sequence: UInt16(index + 1), tick: tick, record, wordCounts: wordCounts)
        }
    }
}
