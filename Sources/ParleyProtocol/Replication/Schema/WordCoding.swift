/// How one word of a quantised field is sent.
public struct WordCoding: Hashable, Sendable {
    /// How many bits the word has: 1 … 32.
    public let bits: Int

    /// Whether its changes tend to be small steps, which take fewer bits than the word.
    ///
    /// Steps are modulo 2^bits, so a step across the end of a turn is a small one.
    public let isStepped: Bool

    /// A word that changes in small steps, as positions do.
    public static func stepped(bits: Int) -> WordCoding {
        WordCoding(bits: min(max(bits, 1), 32), isStepped: bits > 5)
    }

    /// A word that is sent as it is, as names are.
    public static func whole(bits: Int) -> WordCoding {
        WordCoding(bits: min(max(bits, 1), 32), isStepped: false)
    }

    /// All bits of the word.
    @usableFromInline var mask: UInt32 { ~0 >> UInt32(32 - bits) }
}
