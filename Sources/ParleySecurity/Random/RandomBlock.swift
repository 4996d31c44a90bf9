/// Small random values, such as challenges, drawn from a block of bytes.
///
/// A call of OpenSSL's generator costs 0.7 µs, so one call fills the whole block. Bytes that were
/// handed out are overwritten.
package struct RandomBlock: ~Copyable, Sendable {
    /// How many bytes are drawn at a time.
    package static let count = 512

    private var bytes = Secret(count: count) { _ in }
    private var used = count

    /// An empty block: the first use fills it.
    package init() {}

    /// The next 64 random bits.
    package mutating func next() -> UInt64 {
        var word: UInt64 = 0
        for _ in 0..<8 { word = word << 8 | UInt64(nextByte()) }
        return word
    }

    /// Replaces all bytes by random ones.
    package mutating func fill(_ output: inout MutableSpan<UInt8>) {
        for index in output.indices { output[index] = nextByte() }
    }

    private mutating func nextByte() -> UInt8 {
        if used == Self.count {
            bytes.withMutableBytes { RandomBytes.fill(&$0) }
            used = 0
        }
        defer { used += 1 }
        var byte: UInt8 = 0
        let index = used
        bytes.withMutableBytes { bytes in
            byte = bytes[index]
            bytes[index] = 0
        }
        return byte
    }
}
