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
        let place = Int(clamping: back >> 6)
        defer { clear(bit, in: place) }
        return word(place) & bit != 0
    }

    /// Removes the marks of a number and of those of the 64 before it that have a bit.
    ///
    /// - Parameters:
    ///   - newest: The number.
    ///   - history: Bit n: the number n + 1 before the newest.
    /// - Returns: The oldest that had a mark; nil if none had.
    mutating func unmark(newest: UInt64, history: UInt64) -> UInt64? {
        let oldest = unmark(newest) ? newest : nil
        guard newest < next, next - 1 - newest < 256 else { return oldest }
        let start = Int(next - newest)
        let (place, shift) = (start >> 6, UInt64(start & 63))
        // A shift by 64 gives 0.
        let marks = word(place) >> shift | word(place + 1) << (64 - shift)
        let marked = marks & history
        guard marked != 0 else { return oldest }
        clear(marked << shift, in: place)
        clear(marked >> (64 - shift), in: place + 1)
        return newest - UInt64(64 - marked.leadingZeroBitCount)
    }

    private func word(_ place: Int) -> UInt64 {
        switch place {
        case 0: first
        case 1: second
        case 2: third
        case 3: fourth
        default: 0
        }
    }

    private mutating func clear(_ bits: UInt64, in place: Int) {
        switch place {
        case 0: first &= ~bits
        case 1: second &= ~bits
        case 2: third &= ~bits
        case 3: fourth &= ~bits
        default: break
        }
    }
}
