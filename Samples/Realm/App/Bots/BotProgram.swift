import Parley
import ParleyZones
import RealmGame
import SampleSupport

/// `realm bots`: players without persons, each with a client of its own.
struct BotProgram {
    let worlds: [WorldAddress]
    let count: Int
    let leash: Leash

    init(_ arguments: Arguments, _ signals: Signals) throws {
        worlds = try arguments.realm(hasDatabase: false).worldAddresses
        count = arguments[Options.count]
        leash = Leash(arguments, signals)
    }

    func run() async throws {
        let network = SystemNetwork()
        // A supervisor starts the world server at the same time.
        if !leash.isSupervised { try await requireWorldServer(at: worlds, network) }
        // Each begins at another world server.
        let bots = (1...count).map { number in
            let first = number % worlds.count
            return RealmBot(
                named: "bot-\(number)", worlds: Array(worlds[first...] + worlds[..<first]),
                network: network)
        }
        let ledger = BotLedger(bots)
        let reporter = Reporter(isSupervised: leash.isSupervised, clock: network.clock)
        try await leash.hold(
            network.clock,
            [
                { try await play(bots) },
                { try await reporter.run { .bots(await ledger.report(at: network.clock.now)) } },
            ])
    }

    /// Each plays until its own session ends. An operator who ends one leaves the others alone.
    private func play(_ bots: [RealmBot]) async throws {
        try await withThrowingDiscardingTaskGroup { group in
            for (index, bot) in bots.enumerated() {
                group.addTask {
                    do {
                        try await bot.play()
                    } catch let error as RealmClientError where error.isOperatorsWord {
                        if !leash.isSupervised { printLine("bot-\(index + 1): \(error)") }
                    }
                }
            }
        }
    }
}

extension RealmClientError {
    /// Whether an operator has ended the session.
    fileprivate var isOperatorsWord: Bool { [.kicked, .banned, .quarantined].contains(self) }
}

/// What the bots' reports have told already.
actor BotLedger {
    private let bots: [RealmBot]
    private var toldStalls: [Int]

    init(_ bots: [RealmBot]) {
        self.bots = bots
        toldStalls = bots.map { _ in 0 }
    }

    func report(at instant: NetworkInstant) -> BotsReport {
        let now = Duration.nanoseconds(instant.nanoseconds)
        var report = BotsReport(bots: bots.count)
        var silences: [Duration] = []
        for (index, bot) in bots.enumerated() {
            let meter = bot.meter
            report.playing += meter.isPlaying(at: now) ? 1 : 0
            report.crossings += meter.crossingCount
            silences += meter.crossings
            for stall in meter.stalls.dropFirst(toldStalls[index]) {
                report.stalls.append(Int(stall / .milliseconds(1)))
            }
            toldStalls[index] = meter.stalls.count
        }
        report.silences = BotsReport.Silences(silences)
        return report
    }
}

/// Says at once that no world server is there, where a client would go on trying for a while.
func requireWorldServer(at worlds: [WorldAddress], _ network: any Network) async throws {
    let manager = ConnectionManager(network: network)
    var result: Result<Void, ConnectError> = .success(())
    for world in worlds {
        result = await reach(world, by: manager)
        if case .success = result { break }
    }
    await manager.shutdown(within: .milliseconds(200))
    if case .failure(let error) = result, error.isRefused {
        let ports = worlds.map { "\($0.port)" }.joined(separator: " or ")
        throw Failure(
            "no world server answers at port \(ports); “realm” starts a whole realm, “realm world” one"
        )
    }
    try result.get()
}

private func reach(_ world: WorldAddress, by manager: ConnectionManager) async
    -> Result<Void, ConnectError>
{
    do throws(ConnectError) {
        let connection = try await manager.connect(
            to: world.host, port: world.port, timeout: .seconds(3), security: .automatic)
        await connection.close(within: .milliseconds(200))
        return .success(())
    } catch {
        return .failure(error)
    }
}
