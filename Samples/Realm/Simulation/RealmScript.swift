import Parley
import ParleySimulation
import ParleyStore
import ParleyZones

/// A simulated realm from beginning to end. First all bots play with faults. Then the faults stop, and every bot must
/// play again. Then all bots leave, and every character must be out of the realm.
struct RealmScript {
    private let plan: RealmPlan
    private let simulation: Simulation
    private let witness: RealmWitness
    private let realm: SimulatedRealm
    private let bots: [SimulatedBot]

    init(_ plan: RealmPlan, in simulation: Simulation, _ witness: RealmWitness) throws {
        self.plan = plan
        self.simulation = simulation
        self.witness = witness
        let realm = try SimulatedRealm(plan, in: simulation, witness)
        self.realm = realm
        let curfew = simulation.clock.now.advanced(by: plan.duration)
        bots = (0..<plan.bots).map {
            SimulatedBot(
                "bot-\($0 + 1)", in: simulation, realm, until: curfew, walking: plan.range, witness)
        }
    }

    func run() async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for world in realm.configuration.worlds.indices {
                group.addTask { await realm.runWorld(world) }
            }
            for zone in realm.configuration.map.names { group.addTask { await realm.run(zone) } }
            group.addTask { try await watch() }
            defer { group.cancelAll() }
            try await withThrowingTaskGroup(of: Void.self) { crew in
                for bot in bots { crew.addTask { await bot.run() } }
                try await playOn()
                await calmDown()
                let calm = simulation.elapsed
                try await wait(Self.mostSettling) { bots.lazy.compactMap(\.complaint).first }
                let settling = simulation.elapsed - calm
                witness.count { $0.settling = settling }
                crew.cancelAll()
                try await crew.waitForAll()
            }
            try await wait(Self.mostFarewell) { await leftovers() }
            await audit()
        }
    }

    /// Compares zones and rows again and again.
    private func watch() async throws {
        while true {
            await realm.look()
            try await simulation.clock.sleep(for: Self.glance)
        }
    }

    /// Waits until the curfew, lets the store fail over now and then, and reports how far the realm is.
    private func playOn() async throws {
        var random = simulation.host("store").makeRandomNumberGenerator()
        for second in 0..<Int(plan.duration / .seconds(1)) {
            if second % 10 == 0 {
                witness.progress(
                    "\(second) of \(plan.duration.components.seconds) virtual seconds, "
                        + "\(bots.count { $0.complaint == nil }) of \(plan.bots) bots play")
            }
            if Double.random(in: 0..<60, using: &random) < plan.faults.failovers {
                witness.note("the store fails over")
                await realm.store.failOver(for: .random(upTo: Self.longestFailover, &random))
            }
            if Double.random(in: 0..<60, using: &random) < plan.faults.drains {
                await realm.drain(realm.configuration.map.names.randomElement(using: &random))
            }
            if plan.worlds > 1, Double.random(in: 0..<60, using: &random) < plan.faults.losses {
                realm.loseWorld(&random)
            }
            try await simulation.clock.sleep(for: .seconds(1))
        }
    }

    private func calmDown() async {
        simulation.note("nothing goes wrong any more")
        witness.progress("no more faults: waiting until everybody plays")
        simulation.faults = .none
        simulation.links = .perfect
        await realm.store.setFaults(RealmFaults.none.store)
    }

    /// Asks repeatedly until there is no complaint, or until `longest` is over.
    private func wait(_ longest: Duration, until complaint: () async -> String?) async throws {
        let clock = simulation.clock
        let deadline = clock.now.advanced(by: longest)
        while let complaint = await complaint() {
            guard clock.now < deadline else { return witness.complain(complaint) }
            try await clock.sleep(for: Self.patience)
        }
    }

    /// Why the realm is not empty; nil when it is.
    private func leftovers() async -> String? {
        await realm.store.records.first { $0.place != nil }.map {
            "\($0.character) stays when all have gone home"
        }
    }

    /// Looks at everything once more.
    private func audit() async {
        await realm.look()
        for problem in await realm.store.audit().problems { witness.complain(problem) }
        witness.checkReturns(zones: realm.configuration.map.names.count)
    }

    /// A little more than a tick, so that looks fall on all moments of one.
    private static let glance = Duration.milliseconds(23)
    private static let patience = Duration.milliseconds(253)
    private static let longestFailover = Duration.seconds(3)
    /// Time for the last host to start again, for the last lease to end, and for segments that TCP has lost several
    /// times in a row.
    private static let mostSettling = Duration.seconds(120)
    private static let mostFarewell = Duration.seconds(60)
}
