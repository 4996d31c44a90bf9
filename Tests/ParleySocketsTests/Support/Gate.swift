import Foundation

/// A gate that a thread may wait at. Opening one that is open already is no matter.
final class Gate: @unchecked Sendable {
    private let condition = NSCondition()
    private var isOpen = false

    func open() {
        condition.withLock {
            isOpen = true
            condition.broadcast()
        }
    }

    func close() {
        condition.withLock { isOpen = false }
    }

    /// Waits until it is open.
    func wait() {
        condition.withLock { while !isOpen { condition.wait() } }
    }
}
