import Foundation
import Properties
import SampleSupport

/// One run of the program: its properties, its seeds and their results.
struct Round: Sendable {
    private let properties: [Property]
    private let first: UInt64
    private let count: UInt64
    private let duration: Duration?
    private let isTraced: Bool
    private let printsHashes: Bool
    /// How many worlds are tried at the same time: each is one thread's work.
    private let lanes: UInt64

    init(_ arguments: Arguments) throws {
        if let name = arguments[Soak.property] {
            guard let property = Property.named(name) else {
                throw UsageError("there is no property “\(name)”: see --list")
            }
            properties = [property]
        } else {
            properties = Property.all
        }
        duration = arguments[Soak.minutes].map { .seconds(60 * $0) }
        isTraced = arguments[Soak.trace]
        printsHashes = arguments[Soak.hash]
        if let seed = arguments[Soak.seed] {
            guard duration == nil else {
                throw UsageError("--seed runs one seed, --minutes many: take --from")
            }
            (first, count) = (seed, 1)
        } else {
            count = arguments[Soak.seeds]
            let anySeed = duration == nil ? 1 : UInt64.random(in: 0...UInt64.max / 2)
            first = arguments[Soak.from] ?? anySeed
        }
        // Lines for each seed are printed in the order of the seeds.
        let isInOrder = isTraced || printsHashes
        lanes = isInOrder ? 1 : UInt64(ProcessInfo.processInfo.activeProcessorCount)
    }

    /// Runs everything, and reports it.
    ///
    /// - Throws: When a seed has failed, after all the others have run too.
    func run() async throws {
        let failures =
            if let duration { await soak(for: duration) } else { await runEach() }
        guard failures == 0 else { throw Failed(count: failures) }
    }

    private struct Failed: Error, CustomStringConvertible {
        let count: Int
        var description: String { count == 1 ? "1 failure" : "\(count) failures" }
    }

    /// All seeds of one property after another, so that each property has a line.
    private func runEach() async -> Int {
        var failures = 0
        for property in properties {
            let clock = ContinuousClock()
            let start = clock.now
            let tally = await inLanes { lane in
                var tally = Tally()
                for offset in stride(from: lane, to: count, by: Int(lanes)) {
                    check(property, first &+ offset, &tally)
                }
                return tally
            }
            let seconds = start.duration(to: clock.now).components.seconds
            print("\(tally.verdict) \(property.name): \(tally), in \(seconds) seconds")
            failures += tally.failures
        }
        return failures
    }

    /// Fresh seeds, each for all properties, until the time is over.
    private func soak(for duration: Duration) async -> Int {
        print("seeds from \(first) on, for \(duration)")
        let clock = ContinuousClock()
        let end = clock.now.advanced(by: duration)
        let tally = await inLanes { lane in
            var tally = Tally()
            var seed = first &+ lane
            while clock.now < end {
                for property in properties { check(property, seed, &tally) }
                seed &+= lanes
            }
            print("seeds \(first &+ lane), each \(lanes)th, to \(seed &- lanes): \(tally)")
            return tally
        }
        print("\(tally.verdict) all properties: \(tally)")
        return tally.failures
    }

    private func inLanes(_ work: @escaping @Sendable (UInt64) -> Tally) async -> Tally {
        await withTaskGroup(of: Tally.self) { group in
            for lane in 0..<lanes { group.addTask { work(lane) } }
            return await group.reduce(into: Tally()) { $0.add($1) }
        }
    }

    private func check(_ property: Property, _ seed: UInt64, _ tally: inout Tally) {
        let trace: ((String) -> Void)? = isTraced ? { print($0) } : nil
        do {
            let report = try property.check(seed: seed, trace: trace)
            tally.note(report)
            if printsHashes {
                print("\(property.name) \(seed) \(String(report.traceHash, radix: 16))")
            }
        } catch {
            tally.failures += 1
            print(
                "FAILED \(property.name), seed \(seed): \(error)\n"
                    + "  swift run -c release parley-soak --property \(property.name) "
                    + "--seed \(seed) --trace")
        }
    }
}
