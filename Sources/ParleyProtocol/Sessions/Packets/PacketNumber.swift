/// Packet numbers. They count one direction's packets from 0 on, over all epochs and both ways.
package enum PacketNumber {
    /// How many low bits of a number travel.
    package static let wireBits: UInt64 = 24

    /// The first number that no packet has. A session ends long before.
    package static let limit: UInt64 = 1 << 62

    /// The whole number of a packet: the one with these low bits that is nearest to the number after the
    /// highest one received (RFC 9000, appendix A.3).
    ///
    /// - Parameters:
    ///   - low: The low 24 bits.
    ///   - highest: The highest number of an authentic packet; nil before the first.
    package static func expand(_ low: UInt32, after highest: UInt64?) -> UInt64 {
        let window: UInt64 = 1 << wireBits
        let half = window / 2
        let expected = highest.map { min($0, limit) + 1 } ?? 0
        let candidate = expected & ~(window - 1) | UInt64(low) & (window - 1)
        if candidate + half <= expected, candidate < limit - window { return candidate + window }
        if candidate > expected + half, candidate >= window { return candidate - window }
        return candidate
    }
}
