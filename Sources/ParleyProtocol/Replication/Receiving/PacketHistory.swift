/// The packets that arrived, to recognise duplicates and to acknowledge.
struct PacketHistory: Sendable {
    /// The newest packet's number, counted on from the 16 bits that travel; `nil` before the first.
    private(set) var newest: UInt32?
    private(set) var history: UInt64 = 0

    /// The number of a packet; `nil` when it arrived already, or is too old to tell.
    func sequence(of wire: UInt16) -> UInt32? {
        // Numbers begin well above 0, so that the first to arrive may be overtaken by earlier ones.
        guard let newest else { return 0x1_0000 + UInt32(wire) }
        guard let sequence = expandSequence(wire, near: newest) else { return nil }
        if sequence > newest { return sequence }
        let back = newest - sequence
        guard back >= 1, back <= 64 else { return nil }
        return history >> UInt64(back - 1) & 1 == 0 ? sequence : nil
    }

    /// Notes a packet as arrived.
    mutating func insert(_ sequence: UInt32) {
        guard let newest else {
            self.newest = sequence
            return
        }
        if sequence > newest {
            let step = UInt64(sequence - newest)
            // The one that was the newest becomes the bit before all others.
            history = step > 64 ? 0 : (step == 64 ? 0 : history << step) | 1 << (step - 1)
            self.newest = sequence
        } else if newest - sequence <= 64, newest > sequence {
            history |= 1 << UInt64(newest - sequence - 1)
        }
    }

    /// The acknowledgement for the sender; `nil` before the first packet.
    var acknowledgement: SnapshotAcknowledgement? {
        newest.map {
            SnapshotAcknowledgement(newest: UInt16(truncatingIfNeeded: $0), history: history)
        }
    }
}
