/// Timers: what is to run at its deadline.
package typealias TimerQueue = DeadlineQueue<@Sendable () -> Void>

extension TimerQueue {
    package typealias Action = @Sendable () -> Void
}

/// What waits for a deadline each: a binary heap, pure. The timers of a loop, real or simulated, and
/// packets that are under way.
///
/// Of equal deadlines the one that was scheduled first comes first. Cancelling is O(1): the heap's
/// entry stays until it is reached, or until such entries outnumber the living.
package struct DeadlineQueue<Element>: ~Copyable {
    private struct Entry {
        let deadline: NetworkInstant
        let number: UInt64

        func precedes(_ other: Entry) -> Bool {
            deadline == other.deadline ? number < other.number : deadline < other.deadline
        }
    }

    private var heap: [Entry] = []
    private var elements: [UInt64: Element] = [:]
    private var lastNumber: UInt64 = 0

    package init() {}

    /// How many wait.
    package var count: Int { elements.count }

    /// Adds one; what is returned serves to cancel it.
    @discardableResult
    package mutating func schedule(at deadline: NetworkInstant, _ element: consuming Element)
        -> LoopTimer
    {
        lastNumber += 1
        elements[lastNumber] = element
        heap.append(Entry(deadline: deadline, number: lastNumber))
        siftUp(from: heap.count - 1)
        return LoopTimer(number: lastNumber)
    }

    /// Forgets one.
    package mutating func cancel(_ timer: LoopTimer) {
        guard elements.removeValue(forKey: timer.number) != nil else { return }
        if heap.count > 64, heap.count > 2 * elements.count { rebuild() }
    }

    /// When the next one is due; `nil` when none waits.
    package mutating func nextDeadline() -> NetworkInstant? {
        while let first = heap.first {
            if elements[first.number] != nil { return first.deadline }
            removeFirst()
        }
        return nil
    }

    /// Takes the earliest one that is due at `now`.
    package mutating func popDue(at now: NetworkInstant) -> Element? {
        while let first = heap.first {
            let element = elements[first.number]
            guard element == nil || first.deadline <= now else { return nil }
            removeFirst()
            guard let element else { continue }
            elements[first.number] = nil
            return element
        }
        return nil
    }

    private mutating func removeFirst() {
        heap.swapAt(0, heap.count - 1)
        heap.removeLast()
        siftDown(from: 0)
    }

    private mutating func rebuild() {
        heap.removeAll { elements[$0.number] == nil }
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
