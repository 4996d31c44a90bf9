import ParleySecurity
import Testing

@Suite struct RandomTests {
    @Test func blocksNeverRepeat() {
        var block = RandomBlock()
        var words: Set<UInt64> = []
        // Several blocks, so that the seams between them are among what is compared.
        let count = 5 * RandomBlock.count / 8
        for _ in 0..<count { words.insert(block.next()) }
        #expect(words.count == count)
        var bytes = [UInt8](repeating: 0, count: 2 * RandomBlock.count)
        var span = bytes.mutableSpan
        block.fill(&span)
        #expect(Set(bytes).count > 200)
    }

    @Test func secretsDiffer() {
        let isRepeated = Secret(randomCount: 32).isEqual(to: Secret(randomCount: 32))
        #expect(!isRepeated)
    }

    /// Two handshakes from one seed; a third from another.
    @Test func aSeedRepeatsWholeHandshakes() throws {
        SeededRandom.install()
        let first = try transcript(seed: 1)
        #expect(try transcript(seed: 1) == first)
        #expect(try transcript(seed: 2) != first)
        #expect(first.count > 1_000)
        // Outside of a body, and on other threads, OpenSSL's own generator goes on.
        let isRepeated = Secret(randomCount: 32).isEqual(to: Secret(randomCount: 32))
        #expect(!isRepeated)
    }

    private func transcript(seed: UInt64) throws -> [UInt8] {
        var words = SeededWords(seed: seed)
        return try SeededRandom.withSource({ words.next() }) {
            let pair = try EnginePair()
            try pair.handshake()
            try pair.client.say("the same")
            try pair.settle()
            return pair.transcript
        }
    }
}
