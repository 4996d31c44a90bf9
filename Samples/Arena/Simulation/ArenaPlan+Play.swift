import ArenaGame
import Parley
package import ParleySimulation

extension ArenaPlan {
    /// Plays the arena to its end, on this thread.
    ///
    /// - Parameter trace: Gets a line for everything that happens.
    package func play(trace: ((String) -> Void)? = nil) -> ArenaReport {
        let simulation = Simulation(seed: seed, links: links, faults: faults, trace: trace)
        let witness = ArenaWitness { simulation.note($0) }
        do {
            try simulation.run(for: duration + Self.mostAfterwards) { simulation in
                try await Evening(self, in: simulation, witness).run()
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

    /// Plays the arena in a simulation that has begun, whatever its links and faults are.
    ///
    /// - Returns: What went wrong; nothing when all went well.
    package func play(in simulation: Simulation) async throws -> [String] {
        let witness = ArenaWitness { simulation.note($0) }
        try await Evening(self, in: simulation, witness).run()
        return witness.complaints
    }

    /// How long it takes at most until all have found together and gone home.
    private static let mostAfterwards = Duration.seconds(700)
}
