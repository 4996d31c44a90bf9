import Fuzzing
import SampleSupport

/// Runs many inputs for several targets, on two cores.
struct FuzzCampaign: Sendable {
    private let blocks: [Block]
    private let seed: UInt64

    /// The inputs that one task runs.
    private struct Block: Sendable {
        let target: FuzzTarget
        let numbers: Range<UInt64>
    }

    /// Divides the inputs among the targets by their shares.
    init(targets: [FuzzTarget], seed: UInt64, inputs: UInt64) {
        self.seed = seed
        let shares = targets.reduce(0) { $0 + $1.share }
        blocks = targets.flatMap { target in
            let count = (inputs * UInt64(target.share) + UInt64(shares) - 1) / UInt64(shares)
            return stride(from: 0, to: count, by: 10_000).map { start in
                Block(target: target, numbers: start..<min(start + 10_000, count))
            }
        }
    }

    /// Runs all inputs.
    ///
    /// - Throws: An error at the end, when an input had a finding.
    func run() async throws {
        let started = ContinuousClock.now
        var failures: [String: FuzzRun.Failure] = [:]
        await withTaskGroup(of: (String, FuzzRun.Failure?).self) { group in
            var waiting = blocks.makeIterator()
            for _ in 0..<2 { if let block = waiting.next() { add(block, to: &group) } }
            while let (name, failure) = await group.next() {
                // One finding of each target is enough.
                if let failure, failures[name] == nil { failures[name] = failure }
                if let block = waiting.next() { add(block, to: &group) }
            }
        }
        for failure in failures.values { print(failure) }
        let count = blocks.reduce(0) { $0 + $1.numbers.count }
        let seconds = (ContinuousClock.now - started) / .seconds(1)
        print("\(count) inputs from seed \(seed) in \(seconds.rounded()) s")
        guard failures.isEmpty else {
            throw Failure("\(failures.count) targets failed, each with the line that repeats it")
        }
    }

    private func add(
        _ block: Block, to group: inout TaskGroup<(String, FuzzRun.Failure?)>
    ) {
        let run = FuzzRun(block.target, seed: seed)
        group.addTask { (block.target.name, run.run(block.numbers)) }
    }
}
