import ParleySockets
import ParleyStore
import Synchronization

/// A store whose deals are struck by faults, and nothing else is.
final class DealFaults: Store {
    enum Fault: Sendable {
        case none
        /// Deals are lost on their way to the store.
        case lostCalls
        /// Deals take place, and their answers are lost.
        case lostAnswers
        /// Deals take so long on their way to the store.
        case delay(Duration)
    }

    private let base: ModelStore
    private let clock: any NetworkClock
    private let state = Mutex((fault: Fault.none, calls: 0))

    init(_ base: ModelStore, clock: any NetworkClock) {
        self.base = base
        self.clock = clock
    }

    /// What happens to deals from now on.
    func set(_ fault: Fault) { state.withLock { $0.fault = fault } }

    /// How many deals have come, repetitions included.
    var calls: Int { state.withLock(\.calls) }

    func perform<Operation: StoreOperation>(_ operation: Operation) async -> StoreOutcome<
        Operation.Done
    > {
        guard operation is Deal else { return await base.perform(operation) }
        let fault = state.withLock { state in
            state.calls += 1
            return state.fault
        }
        switch fault {
        case .none: return await base.perform(operation)
        case .lostCalls: return .unknown(.noAnswer)
        case .lostAnswers:
            _ = await base.perform(operation)
            return .unknown(.noAnswer)
        case .delay(let duration):
            try? await clock.sleep(until: clock.now.advanced(by: duration), tolerance: nil)
            return await base.perform(operation)
        }
    }
}
