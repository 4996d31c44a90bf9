/// Random draws by basic arithmetic only, so they do not depend on a machine's mathematics library.
extension RandomNumberGenerator {
    /// A number from 0 up to, and without, 1.
    mutating func fraction() -> Double {
        Double(next() >> 11) * 0x1p-53
    }

    /// Whether an event of this probability happens. Probabilities 0 and 1 draw no number.
    mutating func happens(_ probability: Double) -> Bool {
        guard probability > 0 else { return false }
        return probability >= 1 || fraction() < probability
    }

    /// A number from the exponential distribution with mean 1.
    ///
    /// Von Neumann's way (“Various techniques used in connection with random digits”, 1951), which
    /// only compares: the length of a run of falling numbers decides whether its first one counts.
    ///
    /// - Parameter limit: The largest result.
    mutating func exponential(limit: Int) -> Double {
        for whole in 0..<limit {
            let first = fraction()
            var last = first
            var isAccepted = false
            while true {
                let next = fraction()
                isAccepted.toggle()
                guard next < last else { break }
                last = next
            }
            if isAccepted { return Double(whole) + first }
        }
        return Double(limit)
    }

    /// An index below `count`, which is more than 0.
    mutating func index(below count: Int) -> Int {
        Int(next().multipliedFullWidth(by: UInt64(count)).high)
    }
}
