import ParleyProtocol
import ParleySockets
import Testing

/// Which packet numbers are new, and what an acknowledgement says of them.
@Suite struct ReplayWindowTests {
    @Test func aNumberIsNewOnce() {
        var window = ReplayWindow()
        for number: UInt64 in [0, 3, 2, 1_023, 1_024, 5_000, 4_999, 1 << 40, 1 << 40 + 1_023] {
            #expect(window.verdict(on: number) == .new)
            window.insert(number)
            #expect(window.verdict(on: number) == .duplicate)
        }
        #expect(window.verdict(on: 1 << 40) == .duplicate)
        #expect(window.verdict(on: 1 << 40 - 1) == .tooOld)
        #expect(window.verdict(on: 0) == .tooOld)
    }

    @Test func theEdgeOfTheWindow() {
        var window = ReplayWindow()
        window.insert(ReplayWindow.count + 10)
        #expect(window.verdict(on: 10) == .tooOld)
        #expect(window.verdict(on: 11) == .new)
        window.insert(11)
        #expect(window.verdict(on: 11) == .duplicate)
    }

    /// Against a set that forgets nothing.
    @Test func randomNumbersAreThoseOfAModel() {
        var random = SeededGenerator(seed: 11)
        var window = ReplayWindow()
        var seen: Set<UInt64> = []
        var highest: UInt64 = 5_000
        window.insert(highest)
        seen.insert(highest)
        for _ in 0..<20_000 {
            let reach: UInt64 = random.next() % 50 == 0 ? 3_000 : 80
            let number = highest + random.next() % reach - min(highest, random.next() % 1_200)
            let isKnown = number + ReplayWindow.count > highest
            let expected: ReplayWindow.Verdict =
                isKnown ? (seen.contains(number) ? .duplicate : .new) : .tooOld
            #expect(window.verdict(on: number) == expected)
            guard expected == .new else { continue }
            window.insert(number)
            seen.insert(number)
            highest = max(highest, number)
            let acknowledgement = window.acknowledgement
            for back: UInt64 in [0, 1, 2, 17, 63, 64] where back <= highest {
                let isThere = acknowledgement?.contains(highest - back, newest: highest)
                #expect(isThere == seen.contains(highest - back))
            }
        }
    }

    @Test func acknowledgementsNameOnlyWhatWasSent() {
        let acknowledgement = PacketAcknowledgement(newest: 7, history: 0)
        #expect(acknowledgement.newestNumber(sentUpTo: 6) == nil)
        #expect(acknowledgement.newestNumber(sentUpTo: 7) == 7)
        #expect(acknowledgement.newestNumber(sentUpTo: 1 << 32 + 6) == 7)
        #expect(acknowledgement.newestNumber(sentUpTo: 1 << 32 + 7) == 1 << 32 + 7)
    }

    @Test func aSenderStopsFarAheadOfTheNewestAcknowledgement() throws {
        var sent = SentPackets()
        for _ in 0..<SentPackets.furthestAhead {
            _ = sent.takeNumber(isTimed: false, at: .zero)
        }
        #expect(sent.isExhausted)
        #expect(throws: PacketDrop.malformed) {
            try sent.receive(PacketAcknowledgement(newest: 1 << 22, history: 0), at: .zero)
        }
        _ = try sent.receive(PacketAcknowledgement(newest: 9, history: 0), at: .zero)
        #expect(!sent.isExhausted)
    }
}
