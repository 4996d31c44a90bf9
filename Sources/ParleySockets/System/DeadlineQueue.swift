/// The timers of a loop: actions, each with a deadline.
package typealias TimerQueue = DeadlineQueue<@Sendable () -> Void>

extension TimerQueue {
    package typealias Action = @Sendable () -> Void
}

/// Elements that each wait for a deadline: the timers of a loop, or simulated packets under way.
///
/// Of equal deadlines, the one that was scheduled first comes first. Cancelling is O(1): the entry
/// stays in the heap until it comes first, or until cancelled entries outnumber the others.
///
/// The queue is inlinable, and the heap below it is not generic, because simulations spend much of
/// their time here.
package struct DeadlineQueue<Element>: ~Copyable {
    @usableFromInline var heap = DeadlineHeap()
    @usableFromInline var elements: [UInt64: Element] = [:]
    @usableFromInline var lastNumber: UInt64 = 0

    @inlinable
    package init() {}

    /// The number of elements that wait.
    @inlinable
    package var count: Int { elements.count }

    /// Adds an element; the result serves to cancel it.
    @inlinable
    @discardableResult
    package mutating func schedule(at deadline: NetworkInstant, _ element: consuming Element)
        -> LoopTimer
    {
        lastNumber += 1
        elements[lastNumber] = element
        heap.insert(DeadlineHeap.Entry(deadline: deadline, number: lastNumber))
        return LoopTimer(number: lastNumber)
    }

    /// Removes an element, if it still waits.
    @inlinable
    package mutating func cancel(_ timer: LoopTimer) {
        guard elements.removeValue(forKey: timer.number) != nil else { return }
        guard heap.count > 64, heap.count > 2 * elements.count else { return }
        heap.keep { elements[$0] != nil }
    }

    /// The earliest deadline; `nil` when no element waits.
    @inlinable
    package mutating func nextDeadline() -> NetworkInstant? {
        while let first = heap.first {
            if elements[first.number] != nil { return first.deadline }
            heap.removeFirst()
        }
        return nil
    }

    /// Removes and returns the earliest element that is due at `now`.
    @inlinable
    package mutating func popDue(at now: NetworkInstant) -> Element? {
        popDueTimer(at: now)?.element
    }

    /// Removes and returns the earliest element that is due at `now`, with the timer that it had.
    @inlinable
    package mutating func popDueTimer(at now: NetworkInstant)
        -> (timer: LoopTimer, element: Element)?
    {
        while let first = heap.first {
            guard first.deadline <= now else {
                if elements[first.number] != nil { return nil }
                heap.removeFirst()
                continue
            }
            heap.removeFirst()
            if let element = elements.removeValue(forKey: first.number) {
                return (LoopTimer(number: first.number), element)
            }
        }
        return nil
    }

    /// Moves elements to other deadlines; `nil` leaves one where it is. Of equal deadlines, the one
    /// that was scheduled first still comes first. O(n).
    package mutating func moveDeadlines(_ deadline: (Element) -> NetworkInstant?) {
        heap.move { number in elements[number].flatMap(deadline) }
    }
}

/// Deadlines in a binary heap, the earliest first.
@usableFromInline
struct DeadlineHeap {
    @usableFromInline
    struct Entry {
        @usableFromInline let deadline: NetworkInstant
        @usableFromInline let number: UInt64

        @usableFromInline
        init(deadline: NetworkInstant, number: UInt64) {
            self.deadline = deadline
            self.number = number
        }

        func precedes(_ other: Entry) -> Bool {
            deadline == other.deadline ? number < other.number : deadline < other.deadline
        }
    }

    private var entries: [Entry] = []

    @usableFromInline
    init() {}

    @usableFromInline
    var count: Int { entries.count }

    @usableFromInline
    var first: Entry? { entries.first }

    @usableFromInline
    mutating func insert(_ entry: Entry) {
        entries.append(entry)
        siftUp(from: entries.count - 1)
    }

    @usableFromInline
    mutating func removeFirst() {
        entries.swapAt(0, entries.count - 1)
        entries.removeLast()
        siftDown(from: 0)
    }

    /// Removes the entries whose numbers are not wanted.
    @usableFromInline
    mutating func keep(where isWanted: (UInt64) -> Bool) {
        entries.removeAll { !isWanted($0.number) }
        order()
    }

    /// Gives the entries other deadlines, where there are any.
    mutating func move(_ deadline: (UInt64) -> NetworkInstant?) {
        for index in entries.indices {
            guard let moved = deadline(entries[index].number) else { continue }
            entries[index] = Entry(deadline: moved, number: entries[index].number)
        }
        order()
    }

    private mutating func order() {
        for index in stride(from: entries.count / 2, through: 0, by: -1) { siftDown(from: index) }
    }

    private mutating func siftUp(from start: Int) {
        var child = start
        while child > 0 {
            let parent = (child - 1) / 2
            guard entries[child].precedes(entries[parent]) else { return }
            entries.swapAt(child, parent)
            child = parent
        }
    }

    private mutating func siftDown(from start: Int) {
        var parent = start
        while true {
            let left = 2 * parent + 1
            guard left < entries.count else { return }
            let right = left + 1
            let isRight = right < entries.count && entries[right].precedes(entries[left])
            let child = isRight ? right : left
            guard entries[child].precedes(entries[parent]) else { return }
            entries.swapAt(child, parent)
            parent = child
        }
    }
}
