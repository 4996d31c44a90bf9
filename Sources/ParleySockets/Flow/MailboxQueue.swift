/// The elements of a mailbox: a first-in, first-out queue with cheap access at both ends.
///
/// Batches go through `back` without being copied. Taking single elements moves them to `front`,
/// which is kept in reverse, so that removing the first of many moves none of the others.
struct MailboxQueue<Element> {
    /// The oldest elements; the next one is last.
    private(set) var front: [Element] = []
    /// The newer elements, newest last.
    private var back: [Element] = []
    /// Empty memory of a consumed batch, for the next one.
    private var spare: [Element] = []

    var count: Int { front.count + back.count }
    var isEmpty: Bool { front.isEmpty && back.isEmpty }

    /// Appends the elements and empties the caller's array, which keeps at most `keptBytes`.
    mutating func append(_ elements: inout [Element], keptBytes: Int) {
        if isEmpty {
            swap(&back, &elements)
        } else {
            back.append(contentsOf: elements)
        }
        elements.removeAll(keepingAtMost: keptBytes)
    }

    /// Puts elements back in front of all others.
    mutating func prepend(_ elements: [Element]) {
        front.append(contentsOf: elements.reversed())
    }

    /// Removes the first `count` elements, of which there must be so many.
    mutating func removeFirst(_ count: Int) -> [Element] {
        if front.isEmpty {
            if count == back.count { return removeBack() }
            front = removeBack().reversed()
        }
        let fromFront = min(count, front.count)
        var removed = Array(front.suffix(fromFront).reversed())
        front.removeLast(fromFront)
        if front.isEmpty { front = [] }
        removed += back.prefix(count - fromFront)
        back.removeFirst(count - fromFront)
        if back.isEmpty { back = [] }
        return removed
    }

    /// Drops the first `count` elements, of which there must be so many.
    mutating func dropFirst(_ count: Int) {
        let fromFront = min(count, front.count)
        front.removeLast(fromFront)
        back.removeFirst(count - fromFront)
    }

    /// Takes the memory of a consumed batch.
    mutating func recycle(_ memory: inout [Element]) {
        swap(&spare, &memory)
    }

    private mutating func removeBack() -> [Element] {
        var removed: [Element] = []
        swap(&removed, &back)
        swap(&back, &spare)
        return removed
    }
}

extension Array {
    /// Empties the array. Its memory is kept if that is no more than `bytes`.
    mutating func removeAll(keepingAtMost bytes: Int) {
        removeAll(keepingCapacity: capacity * MemoryLayout<Element>.stride <= bytes)
    }
}
