import ParleySimulation
import ParleySockets
import Synchronization

/// One run of a property: its simulation, its random numbers and its witness.
final class Trial: Sendable {
    let simulation: Simulation
    let conditions: Conditions
    let witness = Witness()
    private let random: Mutex<SeededGenerator>
    private let watches = Mutex<[LinkWatch]>([])

    init(_ simulation: Simulation, _ conditions: Conditions, random: SeededGenerator) {
        self.simulation = simulation
        self.conditions = conditions
        self.random = Mutex(random)
    }

    /// Checks from now on what must hold on every link of encrypted sessions (`LinkWatch`).
    func watchSessions(ofPort port: UInt16 = 9_099) -> LinkWatch {
        let watch = LinkWatch(server: port)
        simulation.linkObserver = watch
        watches.withLock { $0.append(watch) }
        return watch
    }

    /// Throws what the watches have found.
    func checkLinks() throws {
        for watch in watches.withLock({ $0 }) { try watch.check() }
    }

    /// A separate source of random numbers.
    func generator() -> SeededGenerator {
        SeededGenerator(seed: random.withLock { $0.next() })
    }

    func chance(_ range: ClosedRange<Int>) -> Int {
        random.withLock { Int.random(in: range, using: &$0) }
    }

    func sleep(_ duration: Duration) async throws {
        try await simulation.clock.sleep(for: duration)
    }

    /// Sleeps for a random time of up to `longest`, and one time in four not at all.
    func sleep(upTo longest: Duration) async throws {
        let part = random.withLock {
            Int.random(in: 0..<4, using: &$0) == 0 ? 0 : Double.random(in: 0...1, using: &$0)
        }
        try await sleep(longest * part)
    }

    /// Waits until a condition holds, and checks it ten times a (virtual) second.
    func wait(
        _ limit: Duration, for what: String, _ condition: () async throws -> Bool
    ) async throws {
        let deadline = simulation.clock.now.advanced(by: limit)
        while try await !condition() {
            try require(simulation.clock.now < deadline, "\(what): not within \(limit)")
            try await sleep(.milliseconds(100))
        }
    }

    /// Runs `body` with a manager on the host of that name, closes everything after it, and checks
    /// that each connection has ended once.
    @discardableResult
    func station<Outcome: Sendable>(
        on host: String, limits: ConnectionLimits = .init(),
        _ body: @escaping @Sendable (Station) async throws -> Outcome
    ) async throws -> Outcome {
        let network = simulation.host(host)
        let manager = ConnectionManager(network: network, limits: limits)
        let station = Station(manager, name: host, witness: witness)
        // A separate task, so that it also sees the events after a cancellation.
        let book = Task(executorPreference: network.nextLoop().taskExecutor) {
            await station.keepBook()
        }
        let result: Result<Outcome, any Error>
        do {
            result = .success(try await network.run { try await body(station) })
        } catch {
            result = .failure(error)
        }
        await manager.shutdown()
        // The terminations have an end, or this would wait for ever.
        await book.value
        if case .failure(let violation as Violation) = result { throw violation }
        try station.check()
        return try result.get()
    }
}
