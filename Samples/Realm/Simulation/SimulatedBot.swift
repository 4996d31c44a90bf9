import Parley
import ParleySimulation
import ParleyZones
import RealmGame

/// A bot of a simulated realm. It logs in, plays for a while, leaves, and comes again, also after a crash of its host.
///
/// After `curfew` it stays.
final class SimulatedBot: Sendable {
    let name: String
    private let host: SimulatedHost
    private let realm: SimulatedRealm
    private let witness: RealmWitness
    /// The time after which no bot leaves, by the simulation's clock.
    private let curfew: NetworkInstant
    private let range: Wanderer.Range
    private let clock: any NetworkClock
    private let current = Slot<WatchedSession>()
    private let spoken = Counter()

    init(
        _ name: String, in simulation: Simulation, _ realm: SimulatedRealm,
        until curfew: NetworkInstant, walking range: Wanderer.Range, _ witness: RealmWitness
    ) {
        self.name = name
        self.realm = realm
        self.witness = witness
        self.curfew = curfew
        self.range = range
        host = simulation.host(name)
        clock = simulation.clock
    }

    /// Logs in and leaves until cancelled.
    func run() async {
        do {
            try await host.keepRunning { try await self.comeAndGo() }
        } catch {
            if !Task.isCancelled { witness.complain("\(name) stopped: \(error)") }
        }
    }

    /// Why it does not play in a zone that has its character; nil if it does.
    var complaint: String? {
        guard let client = current.value?.bot.client else { return "\(name) does not come back" }
        guard case .playing(let zone) = client.connectionState, let character = client.character
        else { return "\(name) is \(client.connectionState)" }
        guard realm.holds(character, in: zone) else {
            return "\(name) believes that it plays in \(zone)"
        }
        guard let frame = client.frame(), frame.zone == zone, frame.me != nil else {
            return "\(name) sees nothing of \(zone)"
        }
        return nil
    }

    private func comeAndGo() async throws {
        var random = host.makeRandomNumberGenerator()
        try await pause(upTo: Self.longestStart, &random)
        while true {
            await visit(for: .random(upTo: Self.longestStay, &random))
            try Task.checkCancellation()
            try await pause(upTo: Self.longestAbsence, &random)
        }
    }

    /// Plays one session.
    private func visit(for stay: Duration) async {
        let bot = RealmBot(
            named: name, worlds: realm.worlds(for: name), discardsNotices: false, in: range,
            network: host)
        let session = WatchedSession(bot, name, expectsFrames: realm.isUndisturbed, witness)
        current.value = session
        witness.count { $0.sessions += 1 }
        do {
            try await play(session, for: stay)
        } catch {
            if !Task.isCancelled { await lose(because: error) }
        }
        current.value = nil
        session.count()
    }

    private func play(_ session: WatchedSession, for stay: Duration) async throws {
        let (bot, clock) = (session.bot, host.clock)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                try await bot.play()
                try Task.checkCancellation()
                throw UnexpectedEnd()
            }
            group.addTask {
                for await notice in bot.client.notices { session.hear(notice) }
                try await self.wait(.seconds(1_000))
            }
            group.addTask {
                for await line in bot.client.chat { session.hear(line) }
                try await self.wait(.seconds(1_000))
            }
            group.addTask { try await self.talk(bot.client) }
            group.addTask {
                while true {
                    session.look()
                    try await clock.sleep(for: Self.glance)
                }
            }
            group.addTask { try await self.wait(stay) }
            defer { group.cancelAll() }
            try await group.next()
        }
    }

    /// Says something to the realm, the zone or another bot, again and again, never the same twice.
    private func talk(_ client: RealmClient<RealmRules>) async throws {
        var random = host.makeRandomNumberGenerator()
        while true {
            try await host.clock.sleep(
                for: .random(upTo: Self.longestThought, &random) + Self.shortestPause)
            let words = "\(spoken.next())"
            switch Int.random(in: 0..<3, using: &random) {
            case 0: client.say(words, to: .realm)
            case 1: client.say(words, to: .zone)
            default:
                let hearer = Int.random(in: 1...realm.bots, using: &random)
                client.whisper(to: "bot-\(hearer)", words)
            }
        }
    }

    /// A session has ended otherwise than by the bot.
    private func lose(because error: any Error) async {
        witness.note("\(name) is out: \(error)")
        witness.count { $0.lost += 1 }
        switch error as? RealmClientError {
        // A late login of its own replaces a session, and a realm that is cut off is given up.
        case .unreachable, .replaced, .tooManyRequests: return
        // Zones have died again and again before they had written its state.
        case .quarantined: await realm.pardon(name)
        case .refused(let text) where text.contains("quarantine"): await realm.pardon(name)
        default: witness.complain("\(name): \(error)")
        }
    }

    // MARK: Time

    /// Waits for `duration`; for ever when that ends after the curfew.
    private func wait(_ duration: Duration) async throws {
        let end = clock.now.advanced(by: duration)
        try await host.clock.sleep(for: end < curfew ? duration : .seconds(1_000_000))
    }

    /// Waits for a random time, but not beyond the curfew.
    private func pause(
        upTo longest: Duration, _ random: inout some RandomNumberGenerator
    ) async throws {
        let rest = max(.zero, clock.now.duration(to: curfew))
        let duration = Duration.random(upTo: longest, &random)
        try await host.clock.sleep(for: max(Self.shortestPause, min(duration, rest)))
    }

    private static let glance = Duration.milliseconds(20)
    private static let longestStart = Duration.seconds(3)
    private static let longestStay = Duration.seconds(180)
    private static let longestAbsence = Duration.seconds(5)
    private static let longestThought = Duration.seconds(8)
    private static let shortestPause = Duration.milliseconds(10)
}

/// A session ended without a reason.
private struct UnexpectedEnd: Error {}

extension Duration {
    /// A random time up to `longest`, in whole milliseconds.
    static func random(
        upTo longest: Duration, _ random: inout some RandomNumberGenerator
    ) -> Duration {
        let milliseconds = Int64(longest / .milliseconds(1))
        return .milliseconds(Int64.random(in: 0...milliseconds, using: &random))
    }
}
