/// Random numbers that a seed makes again (SplitMix64).
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var word = state
        word = (word ^ (word >> 30)) &* 0xBF58_476D_1CE4_E5B9
        word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
        return word ^ (word >> 31)
    }

    mutating func bytes(_ count: Int) -> [UInt8] {
        (0..<count).map { _ in UInt8.random(in: .min ... .max, using: &self) }
    }

    mutating func text(_ count: Int) -> String {
        let alphabet: [Character] = ["a", "ß", "你", "😀", "\u{0}", "\r\n", "e\u{301}", "Z"]
        return String((0..<count).map { _ in alphabet.randomElement(using: &self) ?? "a" })
    }
}
