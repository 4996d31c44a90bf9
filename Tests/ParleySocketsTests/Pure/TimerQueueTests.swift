import Synchronization
import Testing

@testable import ParleySockets

/// What ran, in order.
final class Trace: Sendable {
    private let numbers = Mutex<[Int]>([])

    func note(_ number: Int) { numbers.withLock { $0.append(number) } }
    var all: [Int] { numbers.withLock { $0 } }
}

struct TimerQueueTests {
    /// The obvious way to do it: a sorted list.
    struct Model {
        var entries: [(deadline: Int64, number: Int, timer: LoopTimer)] = []

        mutating func takeDue(at now: Int64) -> [Int] {
            let due = entries.filter { $0.deadline <= now }
                .sorted { ($0.deadline, $0.number) < ($1.deadline, $1.number) }
            entries.removeAll { $0.deadline <= now }
            return due.map(\.number)
        }
    }

    @Test(arguments: 1...50)
    func doesWhatASortedListDoes(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var queue = TimerQueue()
        var model = Model()
        let trace = Trace()
        var expected: [Int] = []
        var now: Int64 = 0
        for number in 0..<600 {
            switch Int.random(in: 0..<10, using: &random) {
            case 0..<6:
                let deadline = now + Int64.random(in: -5...40, using: &random)
                let timer = queue.schedule(at: NetworkInstant(nanoseconds: deadline)) {
                    trace.note(number)
                }
                model.entries.append((deadline, number, timer))
            case 6..<9 where !model.entries.isEmpty:
                let index = Int.random(in: 0..<model.entries.count, using: &random)
                queue.cancel(model.entries.remove(at: index).timer)
            default:
                now += Int64.random(in: 0...30, using: &random)
                while let action = queue.popDue(at: NetworkInstant(nanoseconds: now)) { action() }
                expected += model.takeDue(at: now)
            }
            #expect(queue.count == model.entries.count)
            #expect(
                queue.nextDeadline()?.nanoseconds == model.entries.map(\.deadline).min())
        }
        #expect(trace.all == expected, "seed \(seed)")
    }

    @Test func forgetsManyCancelledOnes() {
        var queue = TimerQueue()
        let deadline = NetworkInstant(nanoseconds: 5)
        for _ in 0..<10 {
            let timers = (0..<1000).map { _ in queue.schedule(at: deadline) {} }
            for timer in timers { queue.cancel(timer) }
            for timer in timers { queue.cancel(timer) }
        }
        #expect(queue.count == 0)
        #expect(queue.nextDeadline() == nil)
        #expect(queue.popDue(at: deadline) == nil)
    }

    @Test func knowsTheEndsOfTime() {
        var queue = TimerQueue()
        let late = NetworkInstant(nanoseconds: 0).advanced(by: .seconds(Int64.max))
        let early = NetworkInstant(nanoseconds: 0).advanced(by: .seconds(Int64.min))
        #expect(late.nanoseconds == .max && early.nanoseconds == .min)
        _ = queue.schedule(at: late) {}
        _ = queue.schedule(at: early) {}
        #expect(queue.nextDeadline() == early)
        #expect(queue.popDue(at: NetworkInstant(nanoseconds: 0)) != nil)
        #expect(queue.popDue(at: NetworkInstant(nanoseconds: .max - 1)) == nil)
        #expect(late.duration(to: early) < .zero)
        #expect(late.advanced(by: .nanoseconds(1)) == late)
    }
}
