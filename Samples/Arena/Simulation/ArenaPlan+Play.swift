import ArenaGame
import Parley
package import ParleySimulation

extension ArenaPlan {
    /// Plays the arena to its end, on this thread.
    ///
    /// - Parameters:
    ///   - trace: Gets a line for everything that happens.
    ///   - progress: Gets a line every ten virtual seconds. It does not change what happens.
    package func play(
        trace: ((String) -> Void)? = nil, progress: @escaping Progress = { _ in }
    ) -> ArenaReport {
        let simulation = Simulation(seed: seed, links: links, faults: faults, trace: trace)
        let witness = ArenaWitness(note: { simulation.note($0) }, progress: progress)
        do {
            try simulation.run(for: duration + Self.mostAfterwards) { simulation in
                try await ArenaScript(self, in: simulation, witness).run()
            }
            if simulation.openSockets > 0 {
                witness.complain("\(simulation.openSockets) sockets are left open")
            }
        } catch {
            witness.complain("\(error)")
        }
        return ArenaReport(
            seed: seed, traceHash: simulation.traceHash, events: simulation.eventCount,
            elapsed: simulation.elapsed, counts: witness.counts, complaints: witness.complaints)
    }

    /// Plays the arena in a simulation that has begun, with that simulation's links and faults.
    ///
    /// - Returns: The complaints; none when all went well.
    package func play(in simulation: Simulation) async throws -> [String] {
        let witness = ArenaWitness(note: { simulation.note($0) })
        try await ArenaScript(self, in: simulation, witness).run()
        return witness.complaints
    }

    /// The longest time until all clients agree with the server and have left.
    private static let mostAfterwards = Duration.seconds(700)
}
