/// What an end received: the newest packet, and which of the 64 before it.
package struct PacketAcknowledgement: Hashable, Sendable {
    /// The length on the wire, without the frame's kind, in bytes.
    package static let byteCount = 12

    /// The low 32 bits of the newest packet's number.
    package let newest: UInt32
    /// Bit n: the packet n + 1 before the newest arrived.
    package let history: UInt64

    package init(newest: UInt32, history: UInt64) {
        self.newest = newest
        self.history = history
    }

    /// The whole number of the newest packet.
    ///
    /// - Parameter highest: The highest number that was sent.
    /// - Returns: The highest number up to that one with the same low bits; nil if there is none,
    ///   because the peer claims a packet that was never sent.
    package func newestNumber(sentUpTo highest: UInt64) -> UInt64? {
        let candidate = highest & ~0xFFFF_FFFF | UInt64(newest)
        if candidate <= highest { return candidate }
        return candidate >= 1 << 32 ? candidate - 1 << 32 : nil
    }

    /// Whether a packet arrived, as far as the acknowledgement reaches.
    ///
    /// - Parameters:
    ///   - number: The packet's number.
    ///   - newest: The newest packet's whole number.
    package func contains(_ number: UInt64, newest: UInt64) -> Bool {
        guard number < newest else { return number == newest }
        let back = newest - number
        return back <= 64 && history >> (back - 1) & 1 == 1
    }
}
