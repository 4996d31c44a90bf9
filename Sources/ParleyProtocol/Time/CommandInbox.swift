package import ParleyDatagrams

/// A plain client's commands between two steps, as bytes: the newest few, in the order of their
/// sequence.
package struct CommandInbox: Sendable {
    /// The result of putting a command in.
    package enum Outcome: Hashable, Sendable {
        /// It waits for the next step.
        case accepted
        /// It waits, and the oldest was dropped for it.
        case replacedOldest
        /// A newer one came before it, or it came twice.
        case stale
        /// It has more bytes than a command may have.
        case oversized
    }

    private let capacity: Int
    private let commandBytes: Int
    /// The commands, in the slots from `oldest` on, in a ring. Their tags are their sequences.
    private var store: CommandStore
    private var oldest = 0
    private var count = 0

    /// Whether nothing waits.
    package var isEmpty: Bool { count == 0 }

    /// The newest sequence that was accepted, 0 before the first.
    package private(set) var newestReceived: UInt32 = 0

    /// The newest sequence that a step took, 0 before the first.
    package private(set) var newestApplied: UInt32 = 0

    /// An inbox for so many commands a step, at least one.
    ///
    /// - Parameters:
    ///   - capacity: How many commands wait.
    ///   - commandBytes: How many bytes one may have.
    package init(capacity: Int, commandBytes: Int) {
        self.capacity = min(max(1, capacity), Int(UInt16.max))
        self.commandBytes = commandBytes
        store = CommandStore(slots: self.capacity, commandBytes: commandBytes)
    }

    /// Puts the command in that the rest of a datagram is.
    package mutating func accept(_ reader: DatagramReader, sequence: UInt32) -> Outcome {
        guard sequence > newestReceived else { return .stale }
        guard reader.remainingCount <= commandBytes else { return .oversized }
        let isFull = count == capacity
        if isFull { dropOldest() }
        let range = reader.offset..<reader.datagram.count
        let slot = (oldest + count) % capacity
        guard store.insert(range, of: reader.datagram, tag: sequence, in: slot) else {
            return .oversized
        }
        newestReceived = sequence
        count += 1
        return isFull ? .replacedOldest : .accepted
    }

    /// Drops the oldest commands, so that a client that sends too many is not always late.
    ///
    /// - Parameter most: How many may wait.
    package mutating func drop(leaving most: Int) {
        while count > max(0, most) { dropOldest() }
    }

    private mutating func dropOldest() {
        store.remove(oldest)
        oldest = (oldest + 1) % capacity
        count -= 1
    }

    /// Takes the oldest command.
    ///
    /// - Parameter bytes: Gets the command's bytes at its end.
    /// - Returns: Its sequence, and how many bytes it has; nil if none waits.
    package mutating func takeOldest(
        into bytes: inout Datagram
    ) -> (sequence: UInt32, byteCount: Int)? {
        guard let taken = store.take(oldest, into: &bytes) else { return nil }
        newestApplied = taken.tag
        oldest = (oldest + 1) % capacity
        count -= 1
        return (taken.tag, taken.byteCount)
    }
}
