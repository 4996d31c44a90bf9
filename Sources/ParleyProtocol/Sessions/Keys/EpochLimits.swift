/// When a sender goes on to the next key.
package struct EpochLimits: Hashable, Sendable {
    /// After so many packets.
    package var packets: UInt64
    /// After this time.
    package var age: Duration

    package init(packets: UInt64, age: Duration) {
        self.packets = packets
        self.age = age
    }

    /// Sealed sessions: 2²⁴ packets or an hour.
    package static let sealed = EpochLimits(packets: 1 << 24, age: .seconds(3_600))
    /// Plain sessions, which have a token instead of keys.
    package static let plain = EpochLimits(packets: .max, age: .seconds(Int64.max / 4))
}
