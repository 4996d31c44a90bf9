import ParleyDatagrams
import ParleySimulation
import ParleySockets
import Synchronization
import Testing

/// Bugs that seldom appear: simulations find them in some worlds, and the seed reproduces them.
@Suite struct PlantedBugTests {
    private struct Disorder: Error {}

    /// Keeps a continuation that another task resumes.
    private final class Keeper: Sendable {
        let waiter = Mutex<UnsafeContinuation<Void, Never>?>(nil)
    }

    /// A relay that reverses the datagrams of a batch, which is visible only after a lost segment.
    @Test func aRelayThatReordersALargeBatchIsFound() throws {
        let found = try hunt(links: .lte) { couple in
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    for await batch in couple.server.batches {
                        let datagrams = Array(batch)
                        let isLarge = datagrams.count >= 10
                        for datagram in isLarge ? datagrams.reversed() : datagrams {
                            try await couple.server.send(datagram)
                        }
                    }
                }
                try await Self.countAlong(couple)
                group.cancelAll()
            }
        }
        #expect(found.error is Disorder)
    }

    /// Sends numbers, and wants them back in their order.
    private static func countAlong(_ couple: Couple) async throws {
        for number in 0..<20 as Range<UInt8> {
            try await couple.client.send(Datagram(bytes: [number]))
            try await couple.simulation.clock.sleep(for: .milliseconds(2))
        }
        for number in 0..<20 as Range<UInt8> {
            guard await couple.client.next()?.bytes == [number] else { throw Disorder() }
        }
    }

    /// A task that waits for an answer is forgotten when the connection breaks before the answer.
    @Test func aContinuationThatAResetLosesIsFound() throws {
        var faults = Faults.none
        faults.resets = 10
        let found = try hunt(links: .lte, faults: faults) { couple in
            let keeper = Keeper()
            await withTaskGroup(of: Void.self) { group in
                group.addTask {
                    for await datagram in couple.server.datagrams {
                        try? await couple.server.send(datagram)
                    }
                }
                group.addTask {
                    for await _ in couple.client.datagrams {
                        keeper.waiter.withLock { $0.take() }?.resume()
                    }
                }
                for _ in 0..<10 where couple.client.isOpen {
                    await withUnsafeContinuation { waiter in
                        keeper.waiter.withLock { $0 = waiter }
                        try? couple.client.offer(Datagram(bytes: [1]))
                    }
                }
                group.cancelAll()
            }
        }
        let failure = try #require(found.error as? SimulationFailure)
        #expect(failure.reason == .stuck)
        #expect(failure.seed == found.seed)
        #expect(failure.description.contains("seed \(found.seed)"))
    }

    private struct Finding {
        let seed: UInt64
        let error: any Error
        let traceHash: UInt64
    }

    private static let seeds: ClosedRange<UInt64> = 1...100

    /// The first seed that reproduces the bug, twice in the same way; there are others
    /// that do not.
    private func hunt(
        links: LinkProfile, faults: Faults = .none,
        _ scenario: @escaping @Sendable (Couple) async throws -> Void
    ) throws -> Finding {
        func finding(_ seed: UInt64) -> Finding? {
            let simulation = Simulation(seed: seed, links: links, faults: faults)
            do {
                try Couple.run(on: simulation, scenario)
                return nil
            } catch is ConnectError {
                // The faults broke the connection before the scenario began.
                return nil
            } catch {
                return Finding(seed: seed, error: error, traceHash: simulation.traceHash)
            }
        }
        let findings = Self.seeds.compactMap(finding)
        #expect(findings.count < Self.seeds.count)
        let first = try #require(findings.first)
        let again = try #require(finding(first.seed))
        #expect(again.traceHash == first.traceHash)
        #expect("\(again.error)" == "\(first.error)")
        return first
    }
}
