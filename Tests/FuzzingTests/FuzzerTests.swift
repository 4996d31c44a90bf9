import Fuzzing
import ParleySockets
import TestSupport
import Testing

@Suite("The fuzzer itself")
struct FuzzerTests {
    private static let corpus: [[UInt8]] = [[1, 2, 3, 4, 5, 6, 7, 8], [9, 9, 9], []]

    @Test("an input is made from the seed and its number alone")
    func repeatable() {
        let target = FuzzTarget("any", corpus: Self.corpus) { _ in }
        let inputs = (0..<200).map { FuzzRun(target, seed: 7).input($0) }
        #expect(inputs == (0..<200).map { FuzzRun(target, seed: 7).input($0) })
        #expect(inputs != (0..<200).map { FuzzRun(target, seed: 8).input($0) })
        #expect(Set(inputs).count > 150)
    }

    @Test("inputs stay short, and an empty corpus is no trap")
    func bounds() {
        for corpus in [Self.corpus, [], [[UInt8](repeating: 3, count: 90)]] {
            var mutator = Mutator(
                corpus: corpus, random: SeededGenerator(seed: 5), longest: 100)
            for _ in 0..<2_000 { #expect(mutator.input().count <= 100) }
        }
    }

    @Test("a fault is found and shortened, and its command finds it again")
    func finding() throws {
        let target = FuzzTarget("faulty", corpus: Self.corpus) { input in
            try expect(!input.dropFirst().contains(0xFF), "the byte 255 is not understood")
        }
        let failure = try #require(FuzzRun(target, seed: 1).run(0..<1_000))
        #expect(failure.input == [0, 0xFF])
        #expect(failure.reason == "the byte 255 is not understood")
        let number = try #require(failure.line.split(separator: " ").last.flatMap { UInt64($0) })
        #expect(failure.line.contains("--target faulty --seed 1 --input"))
        #expect(FuzzRun(target, seed: 1).run(number..<number + 1) != nil)
        #expect(FuzzRun(target, seed: 1).run(0..<number) == nil)
    }

    @Test("an error without a text is a finding")
    func silentErrors() throws {
        struct Silent: Error, CustomStringConvertible { let description = "" }
        let value: Int? = try decoded { () throws(Silent) in 3 }
        #expect(value == 3)
        #expect(throws: Finding.self) {
            try decoded { () throws(Silent) -> Int in throw Silent() }
        }
    }

    @Test("memory that the bytes do not pay for is a finding")
    func memory() {
        let target = FuzzTarget("greedy", corpus: []) { input in
            _ = [UInt8](repeating: 1, count: Int(input.first ?? 0) << 16)
        }
        #expect(throws: Never.self) { try target.check([1]) }
        if AllocationMeter.isCounting {
            #expect(throws: Finding.self) { try target.check([255]) }
        }
    }
}
