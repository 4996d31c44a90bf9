package import ParleyDatagrams

/// The newest messages that one side of a session sent over TCP, kept to be sent again on another
/// connection.
///
/// Both sides count messages from 1, so no number travels while a connection lasts. A side that
/// resumes reports how many it has received, and gets the rest in order, without loss or
/// duplicates. If the tail does not reach back so far, the session is over.
package struct ResendTail: Sendable {
    /// The cost of a message beside its bytes, so that empty ones are bounded, too.
    package static let messageOverhead = 32

    private let maximumBytes: Int
    private var messages: [Datagram] = []
    /// The oldest message that is kept.
    private var first = 0
    private var bytes = 0
    private var queuedCount = 0
    private var queuedBytes = 0

    /// How many messages there were, including those that wait for the next connection.
    package private(set) var count: UInt64 = 0

    /// An empty tail.
    ///
    /// - Parameter maximumBytes: How many bytes of sent messages are kept, and as many of those that
    ///   wait; 0 for a side that only counts.
    package init(maximumBytes: Int) {
        self.maximumBytes = max(0, maximumBytes)
    }

    /// A tail that goes on where another one stopped, in another process perhaps.
    ///
    /// - Parameters:
    ///   - maximumBytes: How many bytes are kept.
    ///   - count: How many messages there were.
    ///   - messages: The newest of them, at most ``count``.
    package init(maximumBytes: Int, count: UInt64, messages: some Sequence<Datagram>) {
        self.init(maximumBytes: maximumBytes)
        for message in messages { append(message) }
        self.count = count
    }

    /// Whether another message can be kept beside those that the other side has not received.
    package func hasRoom(for message: Datagram, after received: UInt64) -> Bool {
        guard let missing = messages(after: received) else { return false }
        return missing.reduce(Self.cost(of: message)) { $0 + Self.cost(of: $1) } <= maximumBytes
    }

    /// The newest messages that are kept.
    package var kept: ArraySlice<Datagram> { messages[first...] }

    /// Keeps a message that is sent, and drops the oldest ones beyond the bound.
    package mutating func append(_ message: Datagram) {
        count += 1
        guard maximumBytes > 0 else { return }
        keep(message)
        trim()
    }

    /// Queues a message for the next connection.
    ///
    /// - Returns: False if too many bytes are queued already: the message was not counted.
    package mutating func queue(_ message: Datagram) -> Bool {
        let cost = Self.cost(of: message)
        guard maximumBytes > 0, queuedBytes == 0 || queuedBytes + cost <= maximumBytes else {
            return false
        }
        count += 1
        queuedCount += 1
        queuedBytes += cost
        keep(message)
        return true
    }

    /// The messages that the other side has not received.
    ///
    /// - Parameter received: How many messages the other side reports as received.
    /// - Returns: The rest, in order; nil if not all of it is kept any more, or so many were not sent.
    package func messages(after received: UInt64) -> ArraySlice<Datagram>? {
        guard received <= count - UInt64(queuedCount) else { return nil }
        let missing = count - received
        guard missing <= UInt64(messages.count - first) else { return nil }
        return messages[(messages.count - Int(missing))...]
    }

    /// Notes that the waiting messages have been sent.
    package mutating func release() {
        queuedCount = 0
        queuedBytes = 0
        trim()
    }

    private static func cost(of message: Datagram) -> Int { message.count + messageOverhead }

    private mutating func keep(_ message: Datagram) {
        messages.append(message)
        bytes += Self.cost(of: message)
    }

    /// Drops the oldest ones. The newest stays, however long it is.
    private mutating func trim() {
        while bytes > maximumBytes, first < messages.count - 1 {
            bytes -= Self.cost(of: messages[first])
            messages[first] = Datagram()
            first += 1
        }
        // Half of the places are empty, so on average each message is moved at most once.
        guard first >= 16, first * 2 >= messages.count else { return }
        messages.removeFirst(first)
        first = 0
    }
}
