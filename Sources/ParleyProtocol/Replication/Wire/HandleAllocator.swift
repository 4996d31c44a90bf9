/// Gives entities their places, and each place's next entity another generation.
///
/// Several allocators of one world share the places among them: of every `stride`, each has one, so
/// no handle is ever given twice.
///
/// Freed places wait in a queue, and the oldest is used again only when 1,024 wait. A generation has
/// 12 bits, so a handle that is kept too long names another entity after 4,096 lives of its place at
/// the earliest, which are four million spawns.
@usableFromInline
package struct HandleAllocator: Sendable {
    /// How many places wait before the oldest is used again, unless all others are taken.
    package static let minimumFree = 1_024

    private let stride: Int
    private let offset: Int
    private var generations: [UInt32] = []
    /// Freed places, the oldest at `firstFree`; what is before that has been used again.
    private var free: [Int32] = []
    private var firstFree = 0

    /// An allocator of the places `offset`, `offset + stride`, `offset + 2 * stride` …
    package init(stride: Int = 1, offset: Int = 0) {
        self.stride = max(1, stride)
        self.offset = min(max(0, offset), self.stride - 1)
    }

    /// The number of a handle's place among this allocator's own, from 0 on.
    @usableFromInline
    package func slot(of handle: EntityHandle) -> Int { handle.index / stride }

    /// The handle of the next entity; nil when all places are taken.
    package mutating func allocate() -> EntityHandle? {
        let waiting = free.count - firstFree
        let hasFresh = generations.count * stride + offset < EntityHandle.maximumCount
        if waiting >= Self.minimumFree || !hasFresh, waiting > 0 {
            return handle(at: takeOldestFree())
        }
        guard hasFresh else { return nil }
        generations.append(0)
        return handle(at: generations.count - 1)
    }

    /// The entity is gone; its place is used again later, by another generation.
    package mutating func release(_ handle: EntityHandle) {
        let slot = slot(of: handle)
        generations[slot] = (generations[slot] + 1) & 0xFFF
        free.append(Int32(slot))
    }

    private func handle(at slot: Int) -> EntityHandle {
        EntityHandle(index: slot * stride + offset, generation: generations[slot])
    }

    private mutating func takeOldestFree() -> Int {
        defer {
            firstFree += 1
            // Half of it is used: moving the rest costs as much as the appends before it did.
            if firstFree > 64, firstFree * 2 >= free.count {
                free.removeFirst(firstFree)
                firstFree = 0
            }
        }
        return Int(free[firstFree])
    }
}
