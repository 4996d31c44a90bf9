import ParleySecurity
import Testing

/// The bytes that pairs of hexadecimal digits stand for.
func hex(_ text: String) -> [UInt8] {
    let digits = text.compactMap(\.hexDigitValue)
    return stride(from: 0, to: digits.count - 1, by: 2).map {
        UInt8(digits[$0] << 4 | digits[$0 + 1])
    }
}

extension Secret {
    /// A secret that a test knows.
    init(_ bytes: [UInt8]) {
        self.init(copying: bytes.span)
    }

    /// A copy that a test can compare.
    var copy: [UInt8] {
        borrowing get { withBytes { bytes in bytes.indices.map { bytes[$0] } } }
    }
}

extension Span<UInt8> {
    /// A copy of the bytes.
    var copy: [UInt8] { indices.map { self[$0] } }
}

extension SealingKey {
    /// The packet of a header and a plaintext.
    mutating func sealed(
        header: [UInt8], _ plaintext: [UInt8], number: UInt64
    ) throws(SealingError) -> [UInt8] {
        var packet = header + plaintext + [UInt8](repeating: 0, count: AEADCipher.tagCount)
        var span = packet.mutableSpan
        try seal(&span, headerCount: header.count, number: number)
        return packet
    }
}

extension OpeningKey {
    /// The plaintext of a packet; nil where the tag is wrong. `rest` gets what the packet became.
    mutating func opened(
        _ packet: [UInt8], headerCount: Int, number: UInt64, rest: inout [UInt8]
    ) -> [UInt8]? {
        rest = packet
        var span = rest.mutableSpan
        guard open(&span, headerCount: headerCount, number: number) else { return nil }
        return Array(rest[headerCount..<rest.count - AEADCipher.tagCount])
    }

    /// The plaintext of a packet; nil where the tag is wrong.
    mutating func opened(_ packet: [UInt8], headerCount: Int, number: UInt64) -> [UInt8]? {
        var rest: [UInt8] = []
        return opened(packet, headerCount: headerCount, number: number, rest: &rest)
    }
}

/// A generator whose values follow from a seed (SplitMix64).
struct SeededWords {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var word = state
        word = (word ^ (word >> 30)) &* 0xBF58_476D_1CE4_E5B9
        word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
        return word ^ (word >> 31)
    }
}
