import Fuzzing
import ParleyDatagrams
import TestSupport
import Testing

@Suite("Decoders withstand mutated inputs")
struct FuzzingTests {
    /// Few inputs, because the tests are not optimized. `Tests/run` gives the same targets two million.
    @Test(arguments: FuzzTarget.all.map(\.name))
    func mutatedInputs(name: String) throws {
        let run = FuzzRun(try #require(FuzzTarget.named(name)), seed: 1)
        #expect(run.run(0..<300)?.description == nil)
    }

    @Test(arguments: FuzzTarget.all.map(\.name))
    func goodInputs(name: String) throws {
        let target = try #require(FuzzTarget.named(name))
        #expect(!target.corpus.isEmpty)
        for input in target.corpus {
            #expect(throws: Never.self, "\(input.hex)") { try target.check(input) }
        }
    }

    @Test("names are unique, and fit a command line")
    func names() {
        let names = FuzzTarget.all.map(\.name)
        #expect(Set(names).count == names.count)
        #expect(names.allSatisfy { $0.allSatisfy { $0.isLetter || $0 == "-" } })
    }
}

@Suite("Findings of the fuzzers")
struct FuzzerFindings {
    @Test(
        "bytes that are read as numbers cost what the numbers cost",
        .enabled(if: AllocationMeter.isCounting))
    func bytesAsNumbers() throws {
        let count = 1 << 20
        let datagram = try DatagramEncoder().encode([UInt8](repeating: 1, count: count))
        var numbers: [Int8] = []
        let memory = try AllocationMeter {
            let decoder = DatagramDecoder(limits: CodingLimits(elements: count + 1))
            numbers = try decoder.decode([Int8].self, from: datagram)
        }
        #expect(numbers.count == count)
        #expect(memory.largest < 3 * count)
    }
}
