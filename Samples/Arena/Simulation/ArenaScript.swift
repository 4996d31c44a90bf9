import ArenaGame
import Parley
import ParleySimulation

/// A simulated arena from beginning to end. First all bots play with faults. Then the faults stop, and
/// every client must agree with the server. Then all bots leave.
struct ArenaScript {
    private let plan: ArenaPlan
    private let simulation: Simulation
    private let witness: ArenaWitness
    private let server: SimulatedServer
    private let bots: [SimulatedBot]

    init(_ plan: ArenaPlan, in simulation: Simulation, _ witness: ArenaWitness) {
        self.plan = plan
        self.simulation = simulation
        self.witness = witness
        server = SimulatedServer(plan, on: simulation.host("server"), witness: witness)
        let curfew = simulation.clock.now.advanced(by: plan.duration)
        bots = (0..<plan.bots).map { index in
            let host = simulation.host("bot \(index + 1)")
            return SimulatedBot(index, on: host, until: curfew, witness: witness)
        }
    }

    func run() async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await server.run() }
            try await withThrowingTaskGroup(of: Void.self) { crew in
                for bot in bots { crew.addTask { await bot.run() } }
                try await playOn()
                simulation.note("nothing goes wrong any more")
                witness.progress(
                    "no more faults: waiting until every client agrees with the server")
                simulation.faults = .none
                simulation.links = .perfect
                try await wait(Self.mostSettling) { await disagreement() }
                crew.cancelAll()
                try await crew.waitForAll()
            }
            try await wait(Self.mostFarewell) { await leftovers() }
            server.stop()
            try await group.waitForAll()
        }
    }

    /// Waits until the arena closes, and reports how far the game is.
    private func playOn() async throws {
        var left = plan.duration
        while left > .zero {
            let part = min(left, Self.reportInterval)
            try await simulation.clock.sleep(for: part)
            left -= part
            let players = await server.life?.statistics.players ?? 0
            let (gone, whole) = (plan.duration - left, plan.duration)
            witness.progress(
                "\(gone.components.seconds) of \(whole.components.seconds) virtual seconds, "
                    + "\(players) of \(plan.bots) bots in")
        }
    }

    /// Asks repeatedly until there is no complaint, or until `longest` is over.
    private func wait(_ longest: Duration, until complaint: () async -> String?) async throws {
        let clock = simulation.clock
        let deadline = clock.now.advanced(by: longest)
        while let complaint = await complaint() {
            witness.note("not yet: \(complaint)")
            guard clock.now < deadline else { return witness.complain(complaint) }
            try await clock.sleep(for: Self.patience)
        }
    }

    // MARK: Complaints

    /// Why not every client agrees with the server; nil when all do.
    private func disagreement() async -> String? {
        guard let life = server.life else { return "the server never began" }
        let players = await life.statistics.players
        guard players == bots.count else {
            return "\(players) players are in, and there are \(bots.count) bots"
        }
        let scores = await life.world.scene().residents.mapValues(\.score)
        for bot in bots {
            guard let session = bot.session else { return "\(bot.name) does not come back" }
            if let difference = difference(session.scores ?? [:], scores) {
                return "\(bot.name) believes other than the server: \(difference)"
            }
            guard let newest = session.newest else { return "\(bot.name) sees nothing" }
            if let difference = witness.difference(to: newest) {
                return "\(bot.name) does not see the server's world: \(difference)"
            }
        }
        return nil
    }

    /// The first player whose scores differ, in words.
    private func difference(
        _ known: [EntityID: UInt16], _ real: [EntityID: UInt16]
    ) -> String? {
        let different = Set(known.keys).union(real.keys).filter { known[$0] != real[$0] }
        guard let who = different.min() else { return nil }
        let words = [known[who], real[who]].map { $0.map { "\($0) points" } ?? "not there" }
        return "\(who.rawValue) is \(words[0]), and really \(words[1])"
    }

    /// Why the server is not empty; nil when it is.
    private func leftovers() async -> String? {
        let players = await server.life?.statistics.players ?? 0
        return players == 0 ? nil : "\(players) players stay when all have gone home"
    }

    private static let reportInterval = Duration.seconds(10)
    /// Not a multiple of a tick: every look would then find packets on their way.
    private static let patience = Duration.milliseconds(253)
    /// Time for the last host to start again, for its first attempts to join to fail, for the server to
    /// miss the old sessions, and for segments that TCP has lost several times in a row: it waits up to
    /// two minutes between tries.
    private static let mostSettling = Duration.seconds(600)
    private static let mostFarewell = Duration.seconds(30)
}
