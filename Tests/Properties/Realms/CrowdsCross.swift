import ParleySimulation
import RealmGame
import RealmSimulation

extension Property {
    /// Two hundred bots at one border of a realm.
    static let crowdsCross = Property(
        "crowds-cross",
        "All of two hundred bots that walk to and fro over one border at once get over it, each is in one zone at a "
            + "time, and none leaves.",
        conditions: Conditions("lan", .lan)
    ) { trial in
        let count = 200
        var random = trial.generator()
        let plan = RealmPlan(
            seed: random.next(), duration: .seconds(14), bots: count, faults: .none, range: .border)
        let (counts, complaints) = try await plan.play(in: trial.simulation)
        try require(complaints.isEmpty, complaints.first ?? "")
        try require(counts.crossings >= count, "only \(counts.crossings) crossings")
        try require(counts.lost == 0, "\(counts.lost) were out")
    }
}
