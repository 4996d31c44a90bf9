/// Which of the newest 256 numbers are marked: four seconds of packets at 60 a second.
struct RecentNumbers: Sendable {
    private var words = InlineArray<4, UInt64>(repeating: 0)
    /// The number after the newest one.
    private var next: UInt64 = 0

    /// Takes the next number in.
    mutating func append(isMarked: Bool) {
        for index in (1..<4).reversed() {
            words[index] = words[index] << 1 | words[index - 1] >> 63
        }
        words[0] = words[0] << 1 | (isMarked ? 1 : 0)
        next += 1
    }

    /// Removes the mark of a number.
    ///
    /// - Returns: Whether it had one.
    mutating func unmark(_ number: UInt64) -> Bool {
        guard number < next, next - 1 - number < 256 else { return false }
        let back = Int(next - 1 - number)
        let bit: UInt64 = 1 << UInt64(back & 63)
        defer { words[back >> 6] &= ~bit }
        return words[back >> 6] & bit != 0
    }
}
