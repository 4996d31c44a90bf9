import ArenaSimulation
import ParleySimulation

extension Property {
    /// A game of tag with all that belongs to one, as `arena simulate` plays it for longer.
    static let arenasAgree = Property(
        "arenas-agree",
        "Every snapshot of a player of the arena equals the server's world, every "
            + "player's notices fit together, and all clients agree with the server in the end."
    ) { trial in
        var random = trial.generator()
        let plan = ArenaPlan(
            seed: random.next(), duration: .seconds(20), bots: trial.chance(1...8),
            npcs: trial.chance(0...4))
        let complaints = try await plan.play(in: trial.simulation)
        try require(complaints.isEmpty, complaints.first ?? "")
    }
}
