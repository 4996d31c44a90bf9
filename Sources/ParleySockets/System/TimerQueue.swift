/// Timers by deadline: a binary heap, pure, used by the event loop and the simulation alike.
///
/// Timers of equal deadlines run in the order in which they were made. Cancelling is O(1): the
/// heap's entry stays until it is reached, or until such entries outnumber the living.
package struct TimerQueue: ~Copyable {
    package typealias Action = @Sendable () -> Void

    private struct Entry {
        let deadline: NetworkInstant
        let number: UInt64

        func precedes(_ other: Entry) -> Bool {
            deadline == other.deadline ? number < other.number : deadline < other.deadline
        }
    }

    private var heap: [Entry] = []
    private var actions: [UInt64: Action] = [:]
    private var lastNumber: UInt64 = 0

    package init() {}

    /// How many timers wait.
    package var count: Int { actions.count }

    /// Adds a timer.
    package mutating func schedule(at deadline: NetworkInstant, _ action: @escaping Action)
        -> LoopTimer
    {
        lastNumber += 1
        actions[lastNumber] = action
        heap.append(Entry(deadline: deadline, number: lastNumber))
        siftUp(from: heap.count - 1)
        return LoopTimer(number: lastNumber)
    }

    /// Forgets a timer.
    package mutating func cancel(_ timer: LoopTimer) {
        guard actions.removeValue(forKey: timer.number) != nil else { return }
        if heap.count > 64, heap.count > 2 * actions.count { rebuild() }
    }

    /// When the next timer is due; `nil` when none waits.
    package mutating func nextDeadline() -> NetworkInstant? {
        while let first = heap.first {
            if actions[first.number] != nil { return first.deadline }
            removeFirst()
        }
        return nil
    }

    /// Takes the earliest timer that is due at `now`.
    package mutating func popDue(at now: NetworkInstant) -> Action? {
        while let first = heap.first {
            let action = actions[first.number]
            guard action == nil || first.deadline <= now else { return nil }
            removeFirst()
            guard let action else { continue }
            actions[first.number] = nil
            return action
        }
        return nil
    }

    private mutating func removeFirst() {
        heap.swapAt(0, heap.count - 1)
        heap.removeLast()
        siftDown(from: 0)
    }

    private mutating func rebuild() {
        heap.removeAll { actions[$0.number] == nil }
        for index in stride(from: heap.count / 2, through: 0, by: -1) { siftDown(from: index) }
    }

    private mutating func siftUp(from start: Int) {
        var child = start
        while child > 0 {
            let parent = (child - 1) / 2
            guard heap[child].precedes(heap[parent]) else { return }
            heap.swapAt(child, parent)
            child = parent
        }
    }

    private mutating func siftDown(from start: Int) {
        var parent = start
        while true {
            let left = 2 * parent + 1
            guard left < heap.count else { return }
            let right = left + 1
            let child = right < heap.count && heap[right].precedes(heap[left]) ? right : left
            guard heap[child].precedes(heap[parent]) else { return }
            heap.swapAt(child, parent)
            parent = child
        }
    }
}
