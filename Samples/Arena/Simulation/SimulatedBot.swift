import ArenaGame
import Parley
import ParleySimulation

/// A bot of a simulated arena. It joins, plays for a while, leaves, and joins again. After a lost server
/// or a crash of its host it comes back as soon as it can.
///
/// After `curfew` it stays in the game.
final class SimulatedBot: Sendable {
    let name: String
    private let index: Int
    private let host: SimulatedHost
    private let witness: ArenaWitness
    /// The time after which no bot leaves.
    private let curfew: NetworkInstant
    private let current = Slot<WatchedSession>()

    init(
        _ index: Int, on host: SimulatedHost, until curfew: NetworkInstant, witness: ArenaWitness
    ) {
        self.index = index
        self.host = host
        self.curfew = curfew
        self.witness = witness
        name = "\(Bot.name(index))-\(index + 1)"
    }

    /// The current session; nil between two.
    var session: WatchedSession? { current.value }

    /// Joins and leaves until cancelled.
    func run() async {
        do {
            try await host.keepRunning { try await self.comeAndGo() }
        } catch {
            if !Task.isCancelled { witness.complain("\(name) stopped: \(error)") }
        }
    }

    private func comeAndGo() async throws {
        var source = host.makeRandomNumberGenerator()
        var chance = SeededGenerator(seed: source.next())
        try await pause(upTo: Self.longestStart, &chance)
        while true {
            let stay = Duration.random(upTo: Self.longestStay, &chance)
            let isLost = await visit(for: stay, seed: chance.next())
            try Task.checkCancellation()
            try await pause(upTo: isLost ? Self.longestRetry : Self.longestAbsence, &chance)
        }
    }

    /// Plays one session.
    ///
    /// - Returns: Whether the session ended otherwise than by the bot.
    private func visit(for stay: Duration, seed: UInt64) async -> Bool {
        do {
            try await PredictingClient<ArenaRules>.play(
                on: "server", port: ArenaPlan.port, as: name, configuration: Self.configuration,
                network: host
            ) { client in
                try await self.play(client, for: stay, seed: seed)
            }
            end(because: nil)
            return false
        } catch {
            end(because: error)
            return true
        }
    }

    private func play(
        _ client: PredictingClient<ArenaRules>, for stay: Duration, seed: UInt64
    ) async throws {
        let session = WatchedSession(
            try await client.joined(), until: curfew, on: host.clock, witness: witness)
        current.value = session
        witness.count { $0.joined += 1 }
        let bot = Bot(session.player, seed: seed, watcher: session)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await bot.play(client) }
            group.addTask { try await self.wait(stay) }
            try await group.next()
            group.cancelAll()
        }
    }

    /// Counts the end of a session, or of an attempt to begin one.
    private func end(because error: (any Error)?) {
        let session = current.value
        current.value = nil
        if let error = error as? GameClientError, error.isFoul {
            witness.complain("\(name): \(error)")
        }
        if let error { witness.note("\(name) is out: \(error)") }
        let isCrash = Task.isCancelled && !host.isUp
        witness.count {
            guard let session else {
                $0.failedJoins += isCrash ? 0 : 1
                return
            }
            $0.statesSeen += session.states
            if isCrash {
                $0.crashed += 1
            } else if error == nil || Task.isCancelled {
                $0.left += 1
            } else {
                $0.lost += 1
            }
        }
    }

    // MARK: Time

    /// Waits for `duration`; for ever when that ends after the curfew.
    private func wait(_ duration: Duration) async throws {
        let end = host.clock.now.advanced(by: duration)
        try await host.clock.sleep(for: end < curfew ? duration : .seconds(1_000_000))
    }

    /// Waits for a random time, but not beyond the curfew.
    private func pause(upTo longest: Duration, _ chance: inout SeededGenerator) async throws {
        let rest = max(.zero, host.clock.now.duration(to: curfew))
        let duration = Duration.random(upTo: longest, &chance)
        try await host.clock.sleep(for: max(Self.shortestPause, min(duration, rest)))
    }

    /// As many packets as snapshots. A bot decides less often.
    private static let configuration: GameClientConfiguration = {
        var configuration = GameClientConfiguration()
        configuration.commandPacketRate = 20
        return configuration
    }()

    private static let longestStart = Duration.seconds(5)
    private static let longestStay = Duration.seconds(120)
    private static let longestAbsence = Duration.seconds(10)
    private static let longestRetry = Duration.seconds(2)
    private static let shortestPause = Duration.milliseconds(10)
}

extension GameClientError {
    /// Whether neither an honest server nor a bad network can cause this error.
    fileprivate var isFoul: Bool {
        switch self {
        case .protocolViolation, .unsendable, .alreadyRun, .notJoined: true
        case .goodbye(let goodbye): goodbye.code == .protocolViolation
        // A server may be full until it has missed the crashed clients.
        case .refused, .cannotConnect, .cannotOpenSocket, .connectionLost, .noAnswer,
            .serverSilent, .notReconnected:
            false
        }
    }
}

extension Duration {
    /// A random time up to `longest`, in whole milliseconds.
    fileprivate static func random(
        upTo longest: Duration, _ chance: inout SeededGenerator
    ) -> Duration {
        let milliseconds = Int64(longest / .milliseconds(1))
        return .milliseconds(Int64.random(in: 0...milliseconds, using: &chance))
    }
}
