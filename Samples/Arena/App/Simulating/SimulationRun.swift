import ArenaSimulation
import Glibc
import Parley
import ParleySimulation
import SampleSupport

/// Simulated arenas, one after another, each with its own seed.
struct SimulationRun {
    private let plan: ArenaPlan
    private let runs: Int
    private let trace: TraceFile?
    /// The options of the command line, without the seed.
    private let request: String

    init(_ arguments: Arguments) throws {
        let minutes = arguments[SimulationOptions.minutes]
        let faults = arguments[SimulationOptions.faults]
        let network = arguments[SimulationOptions.network]
        plan = ArenaPlan(
            seed: arguments[SimulationOptions.seed], duration: minutes.duration,
            bots: arguments[SimulationOptions.bots], npcs: arguments[Options.npcs],
            tickRate: arguments[Options.tickRate], faults: faults.faults,
            links: network?.profile ?? .lte)
        runs = arguments[SimulationOptions.runs]
        trace = try arguments[SimulationOptions.trace].map(TraceFile.init)
        request =
            "--minutes \(minutes) --bots \(plan.bots) --npcs \(plan.npcs) "
            + "--tick-rate \(plan.tickRate) --network \(network?.description ?? "4g") --faults \(faults)"
    }

    /// Runs all of them.
    ///
    /// - Throws: `Failure` when something went wrong in one of them.
    func run() throws {
        var failures = 0
        for offset in 0..<UInt64(runs) {
            var plan = plan
            plan.seed &+= offset
            let watch = Stopwatch()
            tell("seed \(plan.seed): \(request)")
            let report = plan.play(trace: trace?.write) { tell("  " + $0) }
            printLine(text(report, watch))
            if !report.isGood { failures += 1 }
        }
        if failures > 0 { throw Failure("something went wrong in \(failures) of \(runs) runs") }
    }

    /// A run takes minutes. The report goes to the standard output, so progress goes beside it.
    private func tell(_ line: String) {
        writeAll(line + "\n", to: STDERR_FILENO)
    }

    private func text(_ report: ArenaReport, _ watch: Stopwatch) -> String {
        let counts = report.counts
        let hash = String(report.traceHash, radix: 16)
        let lives = counts.lives == 1 ? "1 life" : "\(counts.lives) lives"
        var lines = ["seed \(report.seed): trace hash \(hash), \(report.events) events"]
        lines.append("  " + speed(of: report, watch))
        lines.append("  \(lives) of the server, \(counts.joined) sessions of bots:")
        lines.append(
            "  \(counts.left) left, \(counts.crashed) crashed, \(counts.lost) lost, "
                + "and \(counts.failedJoins) were not let in")
        lines.append(
            "  \(counts.snapshotsSent) snapshots sent, \(counts.statesSeen) states compared, "
                + "\(counts.inputs) packets of commands, \(counts.notices) notices")
        lines += report.complaints.map { "  WRONG: \($0)" }
        if !report.isGood {
            lines.append("  again: arena simulate --seed \(report.seed) \(request) --trace -")
        }
        return lines.joined(separator: "\n")
    }

    /// On a busy machine the processor time tells the cost of a run.
    private func speed(of report: ArenaReport, _ watch: Stopwatch) -> String {
        let elapsed: Double = report.elapsed / .seconds(1)
        let minutes: Double = elapsed / 60
        return "\(minutes.text(digits: 2)) virtual minutes "
            + "in \(speed(elapsed, watch.seconds)) × real time "
            + "(processor: \(speed(elapsed, watch.processorSeconds)) ×)"
    }

    /// "12.50 s: 48", for so many virtual seconds in so many real ones.
    private func speed(_ elapsed: Double, _ seconds: Double) -> String {
        let factor: Double = elapsed / max(seconds, 1e-6)
        return seconds.text(digits: 2) + " s: " + factor.text(digits: 0)
    }
}
