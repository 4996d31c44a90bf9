/// The numbers of the packets that arrived, to refuse each a second time (RFC 4303, section 3.4.3).
///
/// It knows the last 1,024 numbers. It advances only for packets whose tag was right, so forged numbers
/// change nothing.
package struct ReplayWindow: Sendable {
    /// How many numbers it knows.
    package static let count: UInt64 = 1_024

    /// What is known about a number.
    package enum Verdict: Hashable, Sendable {
        /// The packet did not arrive yet.
        case new
        /// The packet arrived.
        case duplicate
        /// The number is below the window.
        case tooOld
    }

    /// The highest number that arrived; nil before the first.
    package private(set) var highest: UInt64?
    /// A ring: number n has bit n mod 1,024.
    private var words = InlineArray<16, UInt64>(repeating: 0)

    /// A window before the first packet.
    package init() {}

    /// What is known about a number. Changes nothing.
    @inline(__always)
    package func verdict(on number: UInt64) -> Verdict {
        guard let highest, number <= highest else { return .new }
        guard highest - number < Self.count else { return .tooOld }
        return contains(number) ? .duplicate : .new
    }

    /// Records that a packet arrived. The caller has checked its tag and ``verdict(on:)``.
    package mutating func insert(_ number: UInt64) {
        let next = highest.map { $0 + 1 } ?? 0
        if number >= next {
            clear(from: next, to: number)
            highest = number
        } else if next - number > Self.count {
            return
        }
        words[Self.word(of: number)] |= Self.bit(of: number)
    }

    /// The acknowledgement for the sender; nil before the first packet.
    @inline(__always)
    package var acknowledgement: PacketAcknowledgement? {
        guard let highest else { return nil }
        return PacketAcknowledgement(
            newest: UInt32(truncatingIfNeeded: highest), history: history(before: highest))
    }

    /// Bit n: the packet n + 1 before a number arrived.
    @inline(__always)
    private func history(before number: UInt64) -> UInt64 {
        guard number > 0 else { return 0 }
        let last = number - 1
        let shift = 63 - last % 64
        var bits = words[Self.word(of: last)] << shift
        if shift > 0, last >= 64 { bits |= words[Self.word(of: last - 64)] >> (64 - shift) }
        return bits.bitReversed
    }

    @inline(__always)
    private func contains(_ number: UInt64) -> Bool {
        words[Self.word(of: number)] & Self.bit(of: number) != 0
    }

    /// Forgets the numbers whose bits these numbers take over.
    private mutating func clear(from first: UInt64, to last: UInt64) {
        guard last - first < Self.count else {
            words = InlineArray(repeating: 0)
            return
        }
        var number = first
        while number <= last {
            words[Self.word(of: number)] &= ~Self.bit(of: number)
            number += 1
        }
    }

    private static func word(of number: UInt64) -> Int {
        Int(truncatingIfNeeded: number % count / 64)
    }

    private static func bit(of number: UInt64) -> UInt64 { 1 << (number % 64) }
}

extension UInt64 {
    /// The bits in reverse order.
    fileprivate var bitReversed: UInt64 {
        var word = byteSwapped
        word = word >> 4 & 0x0F0F_0F0F_0F0F_0F0F | (word & 0x0F0F_0F0F_0F0F_0F0F) << 4
        word = word >> 2 & 0x3333_3333_3333_3333 | (word & 0x3333_3333_3333_3333) << 2
        return word >> 1 & 0x5555_5555_5555_5555 | (word & 0x5555_5555_5555_5555) << 1
    }
}
