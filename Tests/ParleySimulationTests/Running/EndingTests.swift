import Foundation
import ParleyDatagrams
import ParleySimulation
import ParleySockets
import Synchronization
import Testing

/// The end of a simulation, and its failure when it cannot end.
@Suite struct EndingTests {
    private struct Broken: Error {}

    @Test func itReturnsWhatTheBodyReturns() throws {
        #expect(try Simulation(seed: 1).run { _ in 7 } == 7)
        #expect(throws: Broken.self) { try Simulation(seed: 1).run { _ in throw Broken() } }
    }

    @Test func anUnresumedContinuationIsFound() {
        let simulation = Simulation(seed: 42)
        let failure = #expect(throws: SimulationFailure.self) {
            try simulation.run { simulation in
                try await simulation.clock.sleep(for: .seconds(3))
                await withUnsafeContinuation { (_: UnsafeContinuation<Void, Never>) in }
            }
        }
        #expect(failure?.reason == .stuck)
        #expect(failure?.seed == 42)
        #expect(failure?.at == .seconds(3))
        #expect(failure?.description.contains("seed 42") == true)
    }

    @Test func pendingFaultsDoNotHideADeadlock() {
        let simulation = Simulation(seed: 1, faults: .worst)
        let failure = #expect(throws: SimulationFailure.self) {
            try simulation.run { _ in
                await withUnsafeContinuation { (_: UnsafeContinuation<Void, Never>) in }
            }
        }
        #expect(failure?.reason == .stuck)
    }

    @Test func theLimitOfVirtualTimeCancelsTheBody() throws {
        let simulation = Simulation(seed: 1)
        let failure = #expect(throws: SimulationFailure.self) {
            try simulation.run(for: .seconds(60)) { simulation in
                while true { try await simulation.clock.sleep(for: .seconds(1)) }
            }
        }
        #expect(failure?.reason == .outOfTime)
        #expect(failure?.at == .seconds(60))
    }

    @Test func workThatLetsNoTimePassIsFound() {
        let failure = #expect(throws: SimulationFailure.self) {
            try Simulation(seed: 1).run { _ in
                while !Task.isCancelled { await Task.yield() }
            }
        }
        #expect(failure?.reason == .livelock)
    }

    /// A sleep that ends at once lets no time pass either; nor does a timer that sets itself again.
    @Test func sleepingForNoTimeIsFound() {
        let failure = #expect(throws: SimulationFailure.self) {
            try Simulation(seed: 1).run { simulation in
                while true { try await simulation.clock.sleep(for: .zero) }
            }
        }
        #expect(failure?.reason == .livelock)
        #expect(failure?.at == .zero)
    }

    @Test func aTimerThatSetsItselfAgainIsFound() {
        let failure = #expect(throws: SimulationFailure.self) {
            try Simulation(seed: 1).run { simulation in
                Self.setTimer(on: simulation.host("other").nextSocketLoop())
                try await simulation.clock.sleep(for: .seconds(1))
            }
        }
        #expect(failure?.reason == .livelock)
    }

    /// Sets a timer for now that does the same.
    private static func setTimer(on loop: any SocketLoop) {
        _ = loop.schedule(at: loop.now) { setTimer(on: loop) }
    }

    /// Keeps a continuation that another thread resumes.
    private final class Keeper: Sendable {
        let waiter = Mutex<UnsafeContinuation<Void, Never>?>(nil)
    }

    @Test func aThreadThatWakesATaskIsFound() {
        let failure = #expect(throws: SimulationFailure.self) {
            try Simulation(seed: 1).run { simulation in
                let keeper = Keeper()
                try await withThrowingTaskGroup(of: Void.self) { group in
                    group.addTask {
                        await withUnsafeContinuation { waiter in
                            keeper.waiter.withLock { $0 = waiter }
                        }
                    }
                    try await simulation.clock.sleep(for: .seconds(1))
                    let isDone = DispatchSemaphore(value: 0)
                    Thread.detachNewThread {
                        keeper.waiter.withLock { $0 }?.resume()
                        isDone.signal()
                    }
                    // Blocking, so that the thread is done before the simulation looks again.
                    Self.wait(for: isDone)
                    try await group.waitForAll()
                }
            }
        }
        #expect(failure?.reason == .disturbed(1))
        #expect(failure?.description.contains("`network:`") == true)
    }

    @Test func workFromAnotherThreadIsFoundAndRun() {
        let number = Atomic(0)
        let failure = #expect(throws: SimulationFailure.self) {
            try Simulation(seed: 1).run { simulation in
                let loop = simulation.host("other").nextSocketLoop()
                let isDone = DispatchSemaphore(value: 0)
                Thread.detachNewThread {
                    loop.execute { number.add(1, ordering: .relaxed) }
                    isDone.signal()
                }
                Self.wait(for: isDone)
                try await simulation.clock.sleep(for: .seconds(1))
            }
        }
        #expect(failure?.reason == .disturbed(1))
        #expect(failure?.description.contains("a clock or a thread that is not the sim") == true)
        #expect(number.load(ordering: .relaxed) == 1)
    }

    private static func wait(for semaphore: DispatchSemaphore) { semaphore.wait() }
}
