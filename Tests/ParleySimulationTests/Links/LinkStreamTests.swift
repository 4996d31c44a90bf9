import ParleySimulation
import ParleySockets
import Testing

/// What a link makes of a TCP connection's bytes: delays, and nothing else.
@Suite struct LinkStreamTests {
    private let start = NetworkInstant(nanoseconds: 0)

    @Test func bytesArriveAfterTheirTimeOnTheWire() {
        var link = Link(LinkProfile(latency: .milliseconds(20), bandwidth: 1_000_000))
        var random = SeededGenerator(seed: 1)
        let first = link.carryStream(10_000, at: start, after: nil, using: &random)
        #expect(first == start.advanced(by: .milliseconds(30)))
        let second = link.carryStream(0, at: start, after: first, using: &random)
        #expect(second == first)
    }

    @Test(arguments: LinkProfile.names) func nothingOvertakesEarlierBytes(name: String) throws {
        var link = Link(try #require(LinkProfile.named(name)))
        var random = SeededGenerator(seed: 4)
        var now = start
        var last: NetworkInstant?
        for index in 0..<5000 {
            let arrival = link.carryStream(index % 4000, at: now, after: last, using: &random)
            #expect(arrival >= now.advanced(by: link.profile.latency))
            if let last { #expect(arrival >= last) }
            last = arrival
            now = now.advanced(by: .milliseconds(index % 7))
        }
    }

    @Test func twoStreamsOnOneLinkDoNotWaitForEachOther() {
        var link = Link(LinkProfile(latency: .milliseconds(10), loss: .independent(1)))
        var random = SeededGenerator(seed: 1)
        let stuck = link.carryStream(10, at: start, after: nil, using: &random)
        link.profile.loss = .none
        let other = link.carryStream(10, at: start, after: nil, using: &random)
        #expect(other == start.advanced(by: .milliseconds(10)))
        #expect(stuck > other)
        #expect(link.carryStream(10, at: start, after: stuck, using: &random) == stuck)
    }

    @Test func aLossCostsTheRetransmissionTimeout() {
        let profile = LinkProfile(latency: .milliseconds(50), loss: .independent(0.5))
        var link = Link(profile)
        var random = SeededGenerator(seed: 9)
        // A round trip of 100 ms and 200 ms of variation: 300 ms, 300 + 600, 300 + 600 + 1200, …
        var counts: [Int: Int] = [:]
        let tries = 20_000
        for _ in 0..<tries {
            let arrival = link.carryStream(100, at: start, after: nil, using: &random)
            let delay = start.duration(to: arrival) - profile.latency
            counts[Int(delay / .milliseconds(300)), default: 0] += 1
        }
        for (retries, factor) in [0, 1, 3, 7, 15].enumerated() {
            let share = Double(counts[factor, default: 0]) / Double(tries)
            let wanted = 1 / Double(2 << retries)
            #expect(abs(share - wanted) < 0.1 * wanted, "\(retries) retries")
        }
        // From two minutes on the timeout is not doubled any more.
        let doubled = counts.keys.filter { $0 < 400 }
        #expect(doubled.allSatisfy { ($0 + 1) & $0 == 0 }, "no other delay")
    }

    @Test func corruptionIsALossToTCPAndNothingGetsStuckForEver() {
        for profile in [LinkProfile(corruption: 1), LinkProfile(loss: .independent(1))] {
            var link = Link(profile)
            var random = SeededGenerator(seed: 2)
            let arrival = link.carryStream(1, at: start, after: nil, using: &random)
            // 0.2 + 0.4 + … + 102.4 seconds, and two minutes five times: where Linux tries last.
            #expect(arrival == start.advanced(by: .milliseconds(804_600)))
        }
    }

    @Test func aLongWriteIsManySegments() {
        // One segment in a hundred: of 64 KiB, which are 46, more than a third are held up.
        var link = Link(LinkProfile(loss: .independent(0.01)))
        var random = SeededGenerator(seed: 3)
        let late = (0..<5000).count { _ in
            link.carryStream(65_536, at: start, after: nil, using: &random) > start
        }
        #expect(abs(Double(late) / 5000 - 0.370) < 0.02)
    }

    @Test func streamsObeyTheBandwidth() {
        let profile = LinkProfile(
            latency: .milliseconds(1), jitter: .milliseconds(2), loss: .independent(0.001),
            bandwidth: 500_000, queue: 50_000)
        var link = Link(profile)
        var random = SeededGenerator(seed: 5)
        var now = start
        var last: NetworkInstant?
        var sent = 0
        while sent < 20_000_000 {
            let room = link.room(at: now)
            if room > 0 {
                last = link.carryStream(room, at: now, after: last, using: &random)
                sent += room
            }
            now = now.advanced(by: .milliseconds(20))
        }
        let seconds = start.duration(to: last ?? start) / .seconds(1)
        #expect(abs(Double(sent) / seconds - 500_000) < 10_000)
    }
}
