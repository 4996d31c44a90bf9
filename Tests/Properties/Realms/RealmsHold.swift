import ParleySimulation
import RealmSimulation

extension Property {
    /// A realm of four zones with all that belongs to one, as `realm simulate` plays it for longer.
    static let realmsHold = Property(
        "realms-hold",
        "Each character is in one zone at a time, which is its owner in the store; epochs rise, each "
            + "frame is of one zone and has its own body, requests are applied once and in order, and "
            + "all bots of the realm play again after the faults."
    ) { trial in
        var random = trial.generator()
        let stores = [RealmFaults.none, .mild, .worst]
        var faults = stores[trial.chance(0...2)]
        faults.hosts = trial.conditions.faults
        let plan = RealmPlan(
            seed: random.next(), duration: .seconds(trial.chance(20...60)),
            bots: trial.chance(1...4), worlds: trial.chance(1...2), faults: faults)
        let complaints = try await plan.play(in: trial.simulation).complaints
        try require(complaints.isEmpty, complaints.first ?? "")
    }
}
