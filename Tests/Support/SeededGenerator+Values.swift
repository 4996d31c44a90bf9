package import ParleySockets

extension SeededGenerator {
    /// Returns random bytes.
    package mutating func bytes(_ count: Int) -> [UInt8] {
        (0..<count).map { _ in UInt8.random(in: .min ... .max, using: &self) }
    }

    package mutating func text(_ count: Int) -> String {
        let alphabet: [Character] = ["a", "ß", "你", "😀", "\u{0}", "\r\n", "e\u{301}", "Z"]
        return String((0..<count).map { _ in alphabet.randomElement(using: &self) ?? "a" })
    }
}
