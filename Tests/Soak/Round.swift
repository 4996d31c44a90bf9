import Properties
import SampleSupport

/// One run of the program: which properties, which seeds, and what came of them.
struct Round {
    private let properties: [Property]
    private let first: UInt64
    private let count: UInt64
    private let duration: Duration?
    private let isTraced: Bool
    private let printsHashes: Bool
    private var failures = 0

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
            (first, count) = (seed, 1)
        } else {
            count = arguments[Soak.seeds]
            first =
                duration == nil
                ? arguments[Soak.from] : UInt64.random(in: 0...UInt64.max / 2)
        }
    }

    /// Runs everything, and tells of it.
    ///
    /// - Throws: When a seed has failed, after all the others have run too.
    mutating func run() throws {
        if let duration { soak(for: duration) } else { runEach() }
        guard failures == 0 else { throw Failed(count: failures) }
    }

    private struct Failed: Error, CustomStringConvertible {
        let count: Int
        var description: String { count == 1 ? "1 failure" : "\(count) failures" }
    }

    /// All seeds of one property after another, so that each has a line of its own.
    private mutating func runEach() {
        for property in properties {
            let clock = ContinuousClock()
            let start = clock.now
            var tally = Tally()
            for seed in first..<first + count { check(property, seed, &tally) }
            print(
                "\(tally.verdict) \(property.name): \(tally), in \(start.duration(to: clock.now))")
        }
    }

    /// Fresh seeds, each for all properties, until the time is over.
    private mutating func soak(for duration: Duration) {
        print("fresh seeds from \(first) on, for \(duration)")
        let clock = ContinuousClock()
        let end = clock.now.advanced(by: duration)
        var tally = Tally()
        var seed = first
        while clock.now < end {
            for property in properties { check(property, seed, &tally) }
            seed += 1
            if seed % 500 == 0 { print("… up to seed \(seed): \(tally)") }
        }
        print("\(tally.verdict) seeds \(first) to \(seed - 1): \(tally)")
    }

    private mutating func check(_ property: Property, _ seed: UInt64, _ tally: inout Tally) {
        let trace: ((String) -> Void)? = isTraced ? { print($0) } : nil
        do {
            let report = try property.check(seed: seed, trace: trace)
            tally.note(report)
            if printsHashes {
                print("\(property.name) \(seed) \(String(report.traceHash, radix: 16))")
            }
        } catch {
            failures += 1
            tally.failures += 1
            print(
                "FAILED \(property.name), seed \(seed): \(error)\n"
                    + "  swift run -c release parley-soak --property \(property.name) "
                    + "--seed \(seed) --trace")
        }
    }
}

/// What came of the seeds of one property.
private struct Tally: CustomStringConvertible {
    var failures = 0
    private var runs = 0
    private var events: UInt64 = 0
    private var elapsed = Duration.zero
    private var hashes: Set<UInt64> = []

    mutating func note(_ report: Property.Report) {
        runs += 1
        events += report.events
        elapsed += report.elapsed
        hashes.insert(report.traceHash)
    }

    /// The word that scripts look for.
    var verdict: String { failures == 0 ? "PASSED" : "FAILED" }

    var description: String {
        "\(runs) of \(runs + failures) seeds hold, \(hashes.count) different worlds, "
            + "\(events) events in \(elapsed.components.seconds) virtual seconds"
    }
}
