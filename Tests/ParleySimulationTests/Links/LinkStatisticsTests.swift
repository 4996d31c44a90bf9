import ParleySimulation
import ParleySockets
import Testing

/// A link treats very many datagrams as its profile says. The seeds are fixed, so these
/// numbers are the same in every run.
@Suite struct LinkStatisticsTests {
    private static let packets = 200_000

    /// What became of a long, even stream of datagrams.
    private struct Survey {
        var losses: [LossReason: Int] = [:]
        var lossRuns: [Int] = []
        var delays: [Double] = []
        var copies = 0
        var overtaken = 0
        var flipped = 0
        var cut = 0
        var lastArrival = NetworkInstant(nanoseconds: .min)

        var lost: Int { losses.values.reduce(0, +) }

        /// In milliseconds.
        var meanDelay: Double { delays.reduce(0, +) / Double(delays.count) }
        func delay(atQuantile quantile: Double) -> Double {
            delays.sorted()[Int(quantile * Double(delays.count))]
        }

        mutating func note(_ transit: Transit, sent now: NetworkInstant) {
            delays.append(now.duration(to: transit.arrival) / .milliseconds(1))
            if transit.arrival < lastArrival { overtaken += 1 }
            lastArrival = max(lastArrival, transit.arrival)
            switch transit.damage {
            case .none: break
            case .flippedBit: flipped += 1
            case .truncated: cut += 1
            }
        }
    }

    private func survey(
        _ profile: LinkProfile, every interval: Duration = .milliseconds(20), byteCount: Int = 200
    ) -> Survey {
        var link = Link(profile)
        var random = SeededGenerator(seed: 2026)
        var survey = Survey()
        var run = 0
        var now = NetworkInstant(nanoseconds: 0)
        for _ in 0..<Self.packets {
            switch link.carry(byteCount, at: now, using: &random) {
            case .lost(let reason):
                survey.losses[reason, default: 0] += 1
                run += 1
            case .delivered(let transit, let copy):
                if run > 0 { survey.lossRuns.append(run) }
                run = 0
                survey.note(transit, sent: now)
                if copy != nil { survey.copies += 1 }
            }
            now = now.advanced(by: interval)
        }
        return survey
    }

    private func share(_ count: Int) -> Double { Double(count) / Double(Self.packets) }

    private func isNear(_ value: Double, _ wanted: Double, within tolerance: Double) -> Bool {
        abs(value - wanted) <= tolerance * wanted
    }

    @Test(arguments: [0.001, 0.02, 0.3, 0.99]) func independentLossHasItsRate(rate: Double) {
        let survey = survey(LinkProfile(loss: .independent(rate)))
        #expect(isNear(share(survey.lost), rate, within: 0.1))
        // Alone, runs of losses are as long as chance makes them.
        let mean = Double(survey.lossRuns.reduce(0, +)) / Double(survey.lossRuns.count)
        #expect(isNear(mean, 1 / (1 - rate), within: 0.1))
    }

    @Test(arguments: [(0.01, 8.0), (0.05, 4.0), (0.25, 4.0), (0.5, 1.0), (0.9, 2.0)])
    func burstsHaveTheirRateAndLength(rate: Double, burst: Double) {
        let survey = survey(
            LinkProfile(loss: .bursts(GilbertElliott(meanLoss: rate, meanBurst: burst))))
        #expect(isNear(share(survey.lost), rate, within: 0.06))
        #expect(survey.losses[.noise] == nil)
        let mean = Double(survey.lossRuns.reduce(0, +)) / Double(survey.lossRuns.count)
        #expect(isNear(mean, max(burst, rate / (1 - rate)), within: 0.06))
    }

    @Test func bothStatesMayLose() {
        let model = GilbertElliott(
            worsening: 0.02, recovery: 0.2, lossWhenWell: 0.01, lossWhenIll: 0.6)
        let survey = survey(LinkProfile(loss: .bursts(model)))
        #expect(isNear(share(survey.lost), model.meanLoss, within: 0.05))
        #expect(survey.losses[.noise, default: 0] > 0)
        #expect(survey.losses[.burst, default: 0] > survey.losses[.noise, default: 0])
    }

    @Test func jitterIsExponential() {
        let survey = survey(LinkProfile(latency: .milliseconds(50), jitter: .milliseconds(10)))
        #expect(isNear(survey.meanDelay - 50, 10, within: 0.01))
        #expect(survey.delays.allSatisfy { (50.0...150).contains($0) })
        // -ln(1 - quantile) times the mean.
        #expect(isNear(survey.delay(atQuantile: 0.5) - 50, 6.931, within: 0.02))
        #expect(isNear(survey.delay(atQuantile: 0.9) - 50, 23.026, within: 0.02))
        #expect(isNear(survey.delay(atQuantile: 0.99) - 50, 46.052, within: 0.03))
        #expect(isNear(survey.delay(atQuantile: 0.999) - 50, 69.078, within: 0.06))
    }

    @Test func theLinkCarriesItsBandwidthAndNoMore() {
        // Ten times the link's capacity is sent, so that the link is never idle.
        let bandwidth = 100_000
        let profile = LinkProfile(latency: .milliseconds(5), bandwidth: bandwidth, queue: 10_000)
        let survey = survey(profile, every: .microseconds(1200), byteCount: 1200)
        let seconds = Double(Self.packets) * 0.0012
        let carried = Double((Self.packets - survey.lost) * 1200)
        #expect(isNear(carried / seconds, Double(bandwidth), within: 0.02))
        #expect(survey.losses == [.queueFull: survey.lost])
        // A full queue is a tenth of a second long, and only a little of it is ever free.
        #expect(isNear(survey.delay(atQuantile: 0.5), 105, within: 0.15))
        #expect(survey.overtaken == 0)
    }

    @Test func duplicationReorderingAndCorruptionHaveTheirRates() {
        let survey = survey(
            LinkProfile(
                duplication: 0.1,
                reordering: Reordering(probability: 0.04, delay: .milliseconds(30)),
                corruption: 0.05, truncation: 0.02))
        #expect(survey.lost == 0)
        #expect(isNear(share(survey.copies), 0.1, within: 0.05))
        #expect(isNear(share(survey.cut), 0.02, within: 0.06))
        #expect(isNear(share(survey.flipped), 0.05 * 0.98, within: 0.05))
        // One on a detour of 30 ms is overtaken by the next one, 20 ms behind, that has none.
        #expect(isNear(share(survey.overtaken), 0.04 * 0.96, within: 0.06))
    }
}
