/// A 64-bit hash that is the same in every process, on every machine and in every release.
///
/// FNV-1a (Fowler, Noll, Vo), for comparing schemas and worlds. It resists accidents, not attackers.
/// The standard library's `Hasher` has a seed per process and cannot serve here.
public struct StableHash: Hashable, Sendable {
    /// The hash of everything combined so far.
    public private(set) var value: UInt64 = 0xCBF2_9CE4_8422_2325

    /// The hash of nothing.
    public init() {}

    /// Adds a byte.
    public mutating func combine(byte: UInt8) {
        value = (value ^ UInt64(byte)) &* 0x100_0000_01B3
    }

    /// Adds the bytes of a number, lowest first.
    public mutating func combine(_ number: some FixedWidthInteger) {
        var rest = UInt64(truncatingIfNeeded: number)
        for _ in 0..<8 {
            combine(byte: UInt8(truncatingIfNeeded: rest))
            rest >>= 8
        }
    }

    /// Adds the UTF-8 bytes of a text.
    public mutating func combine(_ text: some StringProtocol) {
        for byte in text.utf8 { combine(byte: byte) }
    }
}
