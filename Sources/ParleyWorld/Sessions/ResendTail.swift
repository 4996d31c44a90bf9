package import ParleyDatagrams

/// The end of what one side of a session has said over TCP, to be said again on another connection.
///
/// Messages are counted from 1 on by both sides, so neither number travels while a connection lasts.
/// Who comes back says how many it has had, and gets the rest, in order: nothing is lost, and nothing
/// comes twice. A tail that does not reach back so far says so, and the session is over.
package struct ResendTail: Sendable {
    /// What a message counts for beside its bytes, so that empty ones have an end, too.
    package static let messageOverhead = 32

    private let maximumBytes: Int
    private var messages: [Datagram] = []
    /// The oldest message that is kept.
    private var first = 0
    private var bytes = 0
    private var heldCount = 0
    private var heldBytes = 0

    /// How many messages there were, those that are held back included.
    package private(set) var count: UInt64 = 0

    /// An empty tail.
    ///
    /// - Parameter maximumBytes: How much is kept of what was sent, and beside it of what is held
    ///   back; 0 for a side that only counts.
    package init(maximumBytes: Int) {
        self.maximumBytes = max(0, maximumBytes)
    }

    /// A message is sent; the oldest ones go for it.
    package mutating func append(_ message: Datagram) {
        count += 1
        guard maximumBytes > 0 else { return }
        keep(message)
        trim()
    }

    /// A message has to wait for the next connection.
    ///
    /// - Returns: false when too many wait already; it was not counted then.
    package mutating func hold(_ message: Datagram) -> Bool {
        let cost = Self.cost(of: message)
        guard maximumBytes > 0, heldBytes == 0 || heldBytes + cost <= maximumBytes else {
            return false
        }
        count += 1
        heldCount += 1
        heldBytes += cost
        keep(message)
        return true
    }

    /// What the other side has not had.
    ///
    /// - Parameter received: How many messages it says it had.
    /// - Returns: The rest, in order; nil when not all of it is kept any more, or the other side cannot
    ///   have had so many.
    package func messages(after received: UInt64) -> ArraySlice<Datagram>? {
        guard received <= count - UInt64(heldCount) else { return nil }
        let missing = count - received
        guard missing <= UInt64(messages.count - first) else { return nil }
        return messages[(messages.count - Int(missing))...]
    }

    /// What was held back has been sent.
    package mutating func release() {
        heldCount = 0
        heldBytes = 0
        trim()
    }

    private static func cost(of message: Datagram) -> Int { message.count + messageOverhead }

    private mutating func keep(_ message: Datagram) {
        messages.append(message)
        bytes += Self.cost(of: message)
    }

    /// Forgets the oldest; the newest stays, however long it is.
    private mutating func trim() {
        while bytes > maximumBytes, first < messages.count - 1 {
            bytes -= Self.cost(of: messages[first])
            messages[first] = Datagram()
            first += 1
        }
        // Half of the places are empty: each message is moved once at the most, on the average.
        guard first >= 16, first * 2 >= messages.count else { return }
        messages.removeFirst(first)
        first = 0
    }
}
