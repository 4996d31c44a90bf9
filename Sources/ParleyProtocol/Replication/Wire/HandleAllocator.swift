/// Gives entities their places, and each place's next entity another generation.
///
/// Several allocators of one world share the places among them: of every `stride`, each has one, so
/// no handle is ever given twice.
@usableFromInline
package struct HandleAllocator: Sendable {
    private let stride: Int
    private let offset: Int
    private var generations: [UInt32] = []
    private var free: [Int] = []

    /// An allocator of the places `offset`, `offset + stride`, `offset + 2 * stride` …
    package init(stride: Int = 1, offset: Int = 0) {
        self.stride = max(1, stride)
        self.offset = min(max(0, offset), self.stride - 1)
    }

    /// The number of a handle's place among this allocator's own, from 0 on.
    @usableFromInline
    package func slot(of handle: EntityHandle) -> Int { handle.index / stride }

    /// The handle of the place's next entity; `nil` when all places are taken.
    package mutating func allocate() -> EntityHandle? {
        let slot = free.popLast() ?? generations.count
        let index = slot * stride + offset
        guard index < EntityHandle.maximumCount else { return nil }
        if slot == generations.count { generations.append(0) }
        return EntityHandle(index: index, generation: generations[slot])
    }

    /// The entity is gone; its place is given away again, as another generation's.
    package mutating func release(_ handle: EntityHandle) {
        let slot = slot(of: handle)
        generations[slot] = (generations[slot] + 1) & 0xFFF
        free.append(slot)
    }
}
