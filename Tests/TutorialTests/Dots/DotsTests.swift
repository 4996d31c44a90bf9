import Parley
import ParleySimulation
import Testing

/// The whole program of the tutorial.
@Suite struct DotsTests {
    @Test(arguments: 1...5 as ClosedRange<UInt64>)
    func theDotGetsToTheEndOfTheLine(seed: UInt64) throws {
        let words = try Simulation(seed: seed).run { simulation in
            let machine = simulation.host("machine")
            return try await machine.run { try await DotsProgram.run(on: machine) }
        }
        #expect(words.wholeMatch(of: /at 100\.0, [1-9]\d right predictions/) != nil, "\(words)")
    }
}
