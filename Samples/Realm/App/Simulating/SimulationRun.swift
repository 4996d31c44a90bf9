import Glibc
import Parley
import RealmSimulation
import SampleSupport

/// `realm simulate`: whole realms in virtual time, one after another, each with its own seed.
struct SimulationRun {
    private let plan: RealmPlan
    private let runs: Int
    private let isTraced: Bool
    /// The options of the command line, without the seed.
    private let request: String

    init(_ arguments: Arguments) {
        let minutes = arguments[SimulationOptions.minutes]
        let faults = arguments[SimulationOptions.faults]
        let network = arguments[SimulationOptions.network]
        plan = RealmPlan(
            seed: arguments[SimulationOptions.seed], duration: minutes.duration,
            bots: arguments[SimulationOptions.bots], worlds: arguments[SimulationOptions.worlds],
            faults: faults.faults, links: network.profile)
        runs = arguments[SimulationOptions.runs]
        isTraced = arguments[SimulationOptions.trace]
        request =
            "--minutes \(minutes) --bots \(plan.bots) --worlds \(plan.worlds) --faults \(faults) --network \(network)"
    }

    /// Runs all of them.
    ///
    /// - Throws: `Failure` when something went wrong in one of them.
    func run() throws {
        var failed: [UInt64] = []
        for offset in 0..<UInt64(runs) {
            var plan = plan
            plan.seed &+= offset
            tell("seed \(plan.seed): \(request)")
            let trace: ((String) -> Void)? = isTraced ? { printLine($0) } : nil
            let report = plan.play(trace: trace) { tell("  " + $0) }
            for line in lines(of: report) { printLine(line) }
            if !report.isGood { failed.append(plan.seed) }
        }
        guard let first = failed.first else { return }
        let names = failed.count == 1 ? "seed \(first)" : "\(failed.count) seeds, of which \(first)"
        throw Failure("something went wrong in \(names)")
    }

    /// A run takes a while. The report goes to the standard output, so progress goes beside it.
    private func tell(_ line: String) {
        writeAll(line + "\n", to: STDERR_FILENO)
    }

    private func lines(of report: RealmReport) -> [String] {
        let counts = report.counts
        let hash = String(report.traceHash, radix: 16)
        let seconds = report.elapsed.components.seconds
        var lines = [
            "seed \(report.seed): trace hash \(hash), \(report.events) events in \(seconds) virtual seconds",
            "  \(counts.zoneServers) processes of zones, of which \(counts.drained) were drained; "
                + "\(counts.worldServers) of world servers, \(counts.worldLosses) times lost",
            "  \(counts.characters) players in \(counts.sessions) sessions, of which \(counts.lost) "
                + "were lost; \(counts.pardons) pardons",
            "  " + crossings(of: counts),
            "  \(counts.frames) frames, \(counts.gaps) times none, \(counts.stalls.count) stalls of "
                + "half a second and more; \(counts.waves) waves, \(counts.lines) lines of chat",
            "  everybody played \(text(counts.settling)) after the last fault",
        ]
        if report.isGood {
            lines.append(
                "  held in \(counts.looks) looks: one owner at a time, the store's; epochs rise; each "
                    + "frame is of one zone and has its own body; waves count on; balances are their "
                    + "ledgers' sums")
        }
        lines += report.complaints.map { "  WRONG: \($0)" }
        if !report.isGood {
            lines.append("  again: realm simulate --seed \(report.seed) \(request) --trace")
        }
        return lines
    }

    private func crossings(of counts: RealmCounts) -> String {
        guard let median = counts.silence(part: 0.5), let most = counts.silence(part: 0.99) else {
            return "no crossings"
        }
        return
            "\(counts.crossings) crossings, silent for \(text(median)) (p50), \(text(most)) (p99)"
    }

    private func text(_ duration: Duration) -> String {
        "\(Int((duration / .milliseconds(1)).rounded())) ms"
    }
}
