import Handoffs
import Testing

/// The handoff's machines in thousands of random interleavings.
@Suite struct ExplorationTests {
    @Test func everyInterleavingHolds() throws {
        var exploration = Exploration()
        exploration.calmEvery = 4
        let report = try exploration.run(3_000, from: 1)
        // Everyone arrives once before the interleaving begins: 6,000 times. The rest are crossings and returns.
        #expect(report.arrivals > 7_000)
    }

    /// A seed is the same interleaving again.
    @Test func aSeedIsOneInterleaving() throws {
        #expect(try Exploration().run(20, from: 7) == Exploration().run(20, from: 7))
    }

    /// A deliberate fault is found, made short and told in lines.
    @Test(arguments: Mutant.allCases)
    func everyFaultIsFound(_ mutant: Mutant) throws {
        let failure = #expect(throws: Exploration.Failure.self) {
            try Exploration(mutant: mutant).run(4_000, from: 1)
        }
        let found = try #require(failure)
        #expect(mutant.invariants.contains(found.invariant), "\(found)")
        #expect(!found.lines.isEmpty)
    }
}

extension Mutant {
    /// The invariants that the fault breaks first, by their numbers.
    fileprivate var invariants: Set<Int> {
        switch self {
        case .unsealOnRefusal, .unsealOnSilence, .answerBeforeStandby, .noFreeze, .impatientWatch:
            [1, 2, 3, 10, 12]
        case .attemptWithoutMark, .staleTake, .sameGeneration: [1, 2, 3, 12]
        case .sealCountsReceived: [5]
        case .unfencedCheckpoint: [11]
        case .unlabelledSnapshot: [7]
        case .noRepeat: [12]
        }
    }
}
