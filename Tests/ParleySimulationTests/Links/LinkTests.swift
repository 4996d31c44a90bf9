import ParleySimulation
import ParleySockets
import Testing

/// What a link does to single datagrams: exact cases, extremes, and that a seed repeats it.
@Suite struct LinkTests {
    static let start = NetworkInstant(nanoseconds: 5_000_000_000)

    private func carry(
        _ byteCount: Int, over link: inout Link, at now: NetworkInstant = start, seed: UInt64 = 1
    ) -> TransitOutcome {
        var random = SeededGenerator(seed: seed)
        return link.carry(byteCount, at: now, using: &random)
    }

    private func arrival(after delay: Duration, damage: Damage = .none) -> TransitOutcome {
        .delivered(Transit(arrival: Self.start.advanced(by: delay), damage: damage), copy: nil)
    }

    @Test func aPerfectLinkDoesNothing() {
        var link = Link(.perfect)
        for byteCount in [0, 1, 1200, LinkProfile.largestDatagram] {
            #expect(carry(byteCount, over: &link) == arrival(after: .zero))
        }
        #expect(link.queued(at: Self.start) == 0)
    }

    @Test func latencyIsAddedToTheTimeOnTheWire() {
        var link = Link(LinkProfile(latency: .milliseconds(30), bandwidth: 1000))
        #expect(carry(100, over: &link) == arrival(after: .milliseconds(130)))
        #expect(carry(50, over: &link) == arrival(after: .milliseconds(180)))
        #expect(link.idle(at: Self.start) == Self.start.advanced(by: .milliseconds(150)))
        let later = Self.start.advanced(by: .seconds(1))
        #expect(link.idle(at: later) == later)
    }

    @Test func aFullQueueDropsTheNewest() {
        var link = Link(LinkProfile(bandwidth: 1000, queue: 250))
        #expect(carry(200, over: &link) == arrival(after: .milliseconds(200)))
        #expect(link.room(at: Self.start) == 50)
        #expect(carry(51, over: &link) == .lost(.queueFull))
        #expect(carry(50, over: &link) == arrival(after: .milliseconds(250)))
        #expect(link.queued(at: Self.start) == 250)
        let later = Self.start.advanced(by: .milliseconds(100))
        #expect(link.queued(at: later) == 150)
        guard case .delivered = carry(100, over: &link, at: later) else {
            Issue.record("there was room for it")
            return
        }
    }

    @Test func theLinkReportsWhenItsQueueHasSpace() {
        var link = Link(LinkProfile(bandwidth: 1000, queue: 250))
        #expect(link.sendTime(for: 250, at: Self.start) == Self.start)
        _ = carry(200, over: &link)
        func wait(for byteCount: Int) -> Duration {
            Self.start.duration(to: link.sendTime(for: byteCount, at: Self.start))
        }
        #expect(wait(for: 50) == .zero)
        #expect(wait(for: 51) == .milliseconds(1))
        #expect(wait(for: 250) == .milliseconds(200))
        #expect(wait(for: 1000) == .milliseconds(200))
        let endless = Link(LinkProfile(bandwidth: 1))
        #expect(endless.sendTime(for: .max, at: Self.start) == Self.start)
    }

    @Test func anIdleLinkAcceptsAPacketLongerThanItsQueue() {
        var link = Link(LinkProfile(bandwidth: 1000, queue: 10))
        #expect(carry(1000, over: &link) == arrival(after: .seconds(1)))
        #expect(carry(1, over: &link) == .lost(.queueFull))
    }

    @Test func packetsOverTheMTUAreLost() {
        var link = Link(LinkProfile(mtu: 1200))
        #expect(carry(1200, over: &link) == arrival(after: .zero))
        #expect(carry(1201, over: &link) == .lost(.tooLong))
    }

    @Test func certainDamageIsWithinTheDatagram() {
        var flipping = Link(LinkProfile(corruption: 1))
        var cutting = Link(LinkProfile(corruption: 1, truncation: 1))
        var random = SeededGenerator(seed: 7)
        var bits: Set<Int> = []
        var lengths: Set<Int> = []
        for _ in 0..<1000 {
            if case .delivered(let transit, nil) = flipping.carry(
                2, at: Self.start, using: &random),
                case .flippedBit(let bit) = transit.damage
            {
                bits.insert(bit)
            }
            if case .delivered(let transit, nil) = cutting.carry(3, at: Self.start, using: &random),
                case .truncated(let count) = transit.damage
            {
                lengths.insert(count)
            }
        }
        #expect(bits == Set(0..<16))
        #expect(lengths == [0, 1, 2])
        #expect(carry(0, over: &flipping) == arrival(after: .zero))
        #expect(carry(0, over: &cutting) == arrival(after: .zero))
    }

    @Test func aCertainLossTakesEverything() {
        let models: [(LossModel, LossReason)] = [
            (.independent(1), .noise), (.independent(17), .noise),
            (.bursts(GilbertElliott(meanLoss: 1, meanBurst: 3)), .burst),
        ]
        for (model, reason) in models {
            var link = Link(LinkProfile(loss: model))
            var random = SeededGenerator(seed: 3)
            for _ in 0..<100 {
                #expect(link.carry(10, at: Self.start, using: &random) == .lost(reason))
            }
        }
    }

    @Test func aLinkOfOneByteASecondObeysItsBandwidth() {
        var link = Link(LinkProfile(bandwidth: 1))
        #expect(carry(65_507, over: &link) == arrival(after: .seconds(65_507)))
        #expect(carry(1, over: &link) == arrival(after: .seconds(65_508)))
        #expect(link.queued(at: Self.start) == 65_508)
    }

    @Test func extremeDurationsStayWithinTime() {
        let endless = Duration.seconds(Int64.max)
        var link = Link(
            LinkProfile(
                latency: endless, jitter: endless,
                reordering: Reordering(probability: 1, delay: endless), bandwidth: 1, mtu: .max))
        for _ in 0..<4 {
            guard case .delivered(let transit, _) = carry(.max / 4, over: &link) else {
                Issue.record("it was not delivered")
                return
            }
            #expect(transit.arrival > Self.start)
        }
        var backwards = Link(LinkProfile(latency: .seconds(-1), jitter: .seconds(-1)))
        #expect(carry(10, over: &backwards) == arrival(after: .zero))
    }

    @Test func aChangedProfileAppliesToLaterPackets() {
        var link = Link(LinkProfile(latency: .milliseconds(10), bandwidth: 1000))
        #expect(carry(100, over: &link) == arrival(after: .milliseconds(110)))
        link.profile.latency = .milliseconds(500)
        link.profile.bandwidth = nil
        // What waits already is put on the wire at the pace it had.
        #expect(carry(100, over: &link) == arrival(after: .milliseconds(600)))
        link.profile.loss = .independent(1)
        #expect(carry(100, over: &link) == .lost(.noise))
    }

    @Test(arguments: LinkProfile.names) func aSeedRepeatsEveryOutcome(name: String) throws {
        let profile = try #require(LinkProfile.named(name))
        func outcomes(seed: UInt64) -> [TransitOutcome] {
            var link = Link(profile)
            var random = SeededGenerator(seed: seed)
            return (0..<2000).map { index in
                let now = Self.start.advanced(by: .milliseconds(index))
                return link.carry(index % 700, at: now, using: &random)
            }
        }
        #expect(outcomes(seed: 11) == outcomes(seed: 11))
        if name != "perfect" { #expect(outcomes(seed: 11) != outcomes(seed: 12)) }
    }
}
