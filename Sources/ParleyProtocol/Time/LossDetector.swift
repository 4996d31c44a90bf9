/// Detects from the numbers of arriving packets which were lost, and how many in a row.
///
/// A packet is judged when 32 later ones have passed it, so one that was only overtaken is not
/// lost.
struct LossDetector: Sendable {
    private static let patience = 32
    private static var longestRun: Int { 12 }

    /// The accepted share of packets that are lost together with all their copies.
    private static let acceptedByChance = 1e-4
    private static let acceptedInBursts = 3e-3

    /// The weight of one packet in the shares of runs: runs are rare, and remembered for longer.
    private static let gain = 1.0 / 1_024

    private(set) var rate = LossRate()

    private var newest: UInt8?
    /// Bit n: the packet n before the newest one arrived.
    private var arrived: UInt64 = 0

    private var run = 0
    /// The share of packets that are at least the nth in a row to be lost, n from 1 on.
    private var runShares = InlineArray<12, Double>(repeating: 0)

    /// A packet arrived; numbers count packets and start again after 255.
    mutating func receive(_ number: UInt8) {
        guard let newest else {
            self.newest = number
            // Packets before the first one count as arrived.
            arrived = .max
            return
        }
        let step = Int(Int8(bitPattern: number &- newest))
        guard step > 0 else {
            if -step < UInt64.bitWidth { arrived |= 1 << UInt64(-step) }
            return
        }
        for _ in 0..<step {
            arrived <<= 1
            judge(isLost: arrived & (1 << UInt64(Self.patience)) == 0)
        }
        arrived |= 1
        self.newest = number
    }

    /// After how many losses in a row a packet nearly always gets through.
    ///
    /// Independent losses are extrapolated from the rate, to once in 10,000 packets. Bursts are
    /// measured: of the last thousand packets, three may be in longer ones.
    var runToCover: Int {
        guard rate.share > Self.acceptedByChance else { return 0 }
        var run = 1
        var chance = rate.share * rate.share
        while run < 4, chance > Self.acceptedByChance {
            run += 1
            chance *= rate.share
        }
        let inBursts =
            runShares.indices.first { runShares[$0] <= Self.acceptedInBursts } ?? Self.longestRun
        return max(run, inBursts)
    }

    private mutating func judge(isLost: Bool) {
        rate.note(isLost: isLost)
        run = isLost ? run + 1 : 0
        for index in runShares.indices {
            runShares[index] += ((run > index ? 1 : 0) - runShares[index]) * Self.gain
        }
    }
}
