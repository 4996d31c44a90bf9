/// Gives sessions their numbers.
///
/// The slot that was free for the longest time is used next, by another generation. So a packet that is
/// late names a session that is over for as long as possible, and not another one.
package struct SessionSlots: Sendable {
    private var generations: [UInt16]
    private var isTaken: [Bool]
    /// A ring of the free slots.
    private var free: [UInt32]
    private var firstFree = 0
    private var freeCount: Int

    /// Numbers for so many sessions at a time.
    ///
    /// - Parameters:
    ///   - capacity: At most ``SessionNumber/slotCount``.
    ///   - start: Random bits, by which the numbers of two runs differ.
    package init(capacity: Int, start: UInt64) {
        let capacity = min(max(capacity, 1), SessionNumber.slotCount)
        let first = Int(start >> 16 & 0xFFFF_FFFF) % capacity
        generations = Array(repeating: UInt16(start & 0xFFF), count: capacity)
        isTaken = Array(repeating: false, count: capacity)
        free = (0..<capacity).map { UInt32(($0 + first) % capacity) }
        freeCount = capacity
    }

    /// The number of a new session; nil when all slots are taken.
    package mutating func take() -> SessionNumber? {
        guard freeCount > 0 else { return nil }
        let slot = Int(free[firstFree])
        firstFree = (firstFree + 1) % free.count
        freeCount -= 1
        isTaken[slot] = true
        return SessionNumber(slot: slot, generation: UInt32(generations[slot]))
    }

    /// The slot of a session that is not over.
    ///
    /// - Returns: The index in the server's table; nil for a number that no session has.
    package func slot(of session: SessionNumber) -> Int? {
        let slot = session.slot
        guard slot < isTaken.count, isTaken[slot], generations[slot] == session.generation else {
            return nil
        }
        return slot
    }

    /// The session is over. Its slot is used again later, by another generation.
    ///
    /// - Returns: Whether it was a session.
    @discardableResult
    package mutating func release(_ session: SessionNumber) -> Bool {
        guard let slot = slot(of: session) else { return false }
        generations[slot] = (generations[slot] + 1) & 0xFFF
        isTaken[slot] = false
        free[(firstFree + freeCount) % free.count] = UInt32(slot)
        freeCount += 1
        return true
    }
}
