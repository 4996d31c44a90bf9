import Parley
package import RealmGame
package import ParleySimulation
package import ParleyStore

/// The plan of a simulated realm: how many play, for how long, and what goes wrong.
package struct RealmPlan: Sendable {
    /// Gets a line about how far the realm is.
    package typealias Progress = @Sendable (String) -> Void

    /// Decides everything that is random.
    package var seed: UInt64
    /// The virtual time of play with faults.
    package var duration: Duration
    package var bots: Int
    /// How many world servers there are.
    package var worlds: Int
    package var faults: RealmFaults
    package var links: LinkProfile
    /// Where the bots walk.
    package var range: Wanderer.Range

    package init(
        seed: UInt64, duration: Duration = .seconds(600), bots: Int = 16, worlds: Int = 1,
        faults: RealmFaults = .worst, links: LinkProfile = .lan,
        range: Wanderer.Range = .everywhere
    ) {
        self.seed = seed
        self.duration = duration
        self.bots = bots
        self.worlds = worlds
        self.faults = faults
        self.links = links
        self.range = range
    }

    /// Plays the realm to its end, on this thread.
    ///
    /// - Parameters:
    ///   - trace: Gets a line for everything that happens.
    ///   - progress: Gets a line every ten virtual seconds. It does not change what happens.
    package func play(
        trace: ((String) -> Void)? = nil, progress: @escaping Progress = { _ in }
    ) -> RealmReport {
        let simulation = Simulation(seed: seed, links: links, faults: faults.hosts, trace: trace)
        let witness = RealmWitness(note: { simulation.note($0) }, progress: progress)
        do {
            try simulation.run(for: duration + Self.mostAfterwards) { simulation in
                try await RealmScript(self, in: simulation, witness).run()
            }
            if simulation.openSockets > 0 {
                witness.complain("\(simulation.openSockets) sockets are left open")
            }
        } catch {
            witness.complain("\(error)")
        }
        return RealmReport(
            seed: seed, traceHash: simulation.traceHash, events: simulation.eventCount,
            elapsed: simulation.elapsed, counts: witness.counts, complaints: witness.complaints)
    }

    /// Plays the realm in a simulation that has begun, with that simulation's links and faults of hosts.
    ///
    /// - Returns: What was counted, and the complaints: none when all went well.
    package func play(in simulation: Simulation) async throws -> (
        counts: RealmCounts, complaints: [String]
    ) {
        let witness = RealmWitness(note: { simulation.note($0) })
        try await RealmScript(self, in: simulation, witness).run()
        return (witness.counts, witness.complaints)
    }

    /// The longest time until all play again and have left.
    private static let mostAfterwards = Duration.seconds(400)
}

/// The faults of a simulated realm.
package struct RealmFaults: Hashable, Sendable {
    /// Those of hosts and links.
    package var hosts: Faults
    /// Those of the store's calls.
    package var store: StoreFaults
    /// How many times a minute the store fails over, for up to three seconds each.
    package var failovers: Double
    /// How many times a minute a zone is drained, and started again.
    package var drains: Double
    /// How many times a minute one of several world servers dies or stands still, for up to a minute.
    package var losses: Double

    /// Nothing goes wrong. A call of the store takes its time all the same.
    package static let none = RealmFaults(
        hosts: .none, store: StoreFaults(latency: .milliseconds(1) ... .milliseconds(3)),
        failovers: 0, drains: 0, losses: 0)

    /// The faults of an ordinary evening.
    package static let mild = RealmFaults(
        hosts: .mild,
        store: StoreFaults(
            latency: .milliseconds(1) ... .milliseconds(10), serialisationFailures: 0.01),
        failovers: 0.1, drains: 0.2, losses: 0.2)

    /// Every fault, at its highest rate.
    package static let worst: RealmFaults = {
        var hosts = Faults.worst
        // Longer than a lease, so that zones are given up.
        hosts.longestPause = .seconds(8)
        hosts.longestPartition = .seconds(8)
        return RealmFaults(
            hosts: hosts,
            store: StoreFaults(
                latency: .milliseconds(1) ... .milliseconds(30), lostAnswers: 0.01, lostCalls: 0.01,
                serialisationFailures: 0.05, patience: .seconds(1)),
            failovers: 1, drains: 1, losses: 2)
    }()

    /// The sets that have a name, for command lines.
    package static let names = Faults.names

    /// The set of that name: one of ``names``.
    package static func named(_ name: String) -> RealmFaults? {
        switch name {
        case "none": RealmFaults.none
        case "mild": .mild
        case "worst": .worst
        default: nil
        }
    }
}
