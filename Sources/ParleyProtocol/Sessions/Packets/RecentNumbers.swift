/// Which of the newest 256 numbers are marked: four seconds of packets at 60 a second.
///
/// Four words with names, because a loop over them would allocate in a debug build, where tests count.
struct RecentNumbers: Sendable {
    private var first: UInt64 = 0
    private var second: UInt64 = 0
    private var third: UInt64 = 0
    private var fourth: UInt64 = 0
    /// The number after the newest one.
    private var next: UInt64 = 0

    /// Takes the next number in.
    mutating func append(isMarked: Bool) {
        fourth = fourth << 1 | third >> 63
        third = third << 1 | second >> 63
        second = second << 1 | first >> 63
        first = first << 1 | (isMarked ? 1 : 0)
        next += 1
    }

    /// Removes the mark of a number.
    ///
    /// - Returns: Whether it had one.
    mutating func unmark(_ number: UInt64) -> Bool {
        guard number < next else { return false }
        let back = next - 1 - number
        let bit: UInt64 = 1 << (back & 63)
        switch back >> 6 {
        case 0: return Self.take(bit, from: &first)
        case 1: return Self.take(bit, from: &second)
        case 2: return Self.take(bit, from: &third)
        case 3: return Self.take(bit, from: &fourth)
        default: return false
        }
    }

    private static func take(_ bit: UInt64, from word: inout UInt64) -> Bool {
        defer { word &= ~bit }
        return word & bit != 0
    }
}
