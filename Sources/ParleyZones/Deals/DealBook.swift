import ParleyHandoff

/// The deals that a zone has made and the store has not answered. Each is said again until its answer comes.
///
/// A deal keeps the epochs at which it was made. When a character of it changes hands, the store refuses what has not
/// arrived by then, so a deal whose fate a later owner has read cannot take place afterwards.
struct DealBook: Sendable {
    private struct Entry: Sendable {
        let request: DealRequest
        /// Counts the deals, in the order in which they were made.
        let order: UInt64
        var nextAt: Duration
        var interval: Duration
    }

    private var entries: [OperationID: Entry] = [:]
    private var count: UInt64 = 0
    private var counter: UInt64 = 0

    /// The most deals that are open at once.
    static let limit = 4_096
    /// The time to the second try. It doubles with each, up to the longest.
    private static let interval = Duration.milliseconds(250)
    private static let longestInterval = Duration.seconds(2)

    var isFull: Bool { entries.count >= Self.limit }

    /// The name of a deal without a cause that is repeated.
    mutating func nextName(of process: ZoneProcess) -> OperationID {
        counter += 1
        return .zone(process.zone, process.incarnation, counter: counter)
    }

    /// Adds a deal, which is due at once.
    mutating func add(_ request: DealRequest, at now: Duration) {
        guard !isFull, entries[request.operation] == nil else { return }
        entries[request.operation] = Entry(
            request: request, order: count, nextAt: now, interval: Self.interval)
        count += 1
    }

    /// Removes a deal that has its answer; nil if it had one before.
    mutating func close(_ operation: OperationID) -> DealRequest? {
        entries.removeValue(forKey: operation)?.request
    }

    /// The deals to be said now, or again, in the order in which they were made.
    mutating func due(at now: Duration) -> [DealRequest] {
        let due = entries.values.filter { now >= $0.nextAt }.sorted { $0.order < $1.order }
        for var entry in due {
            entry.nextAt = now + entry.interval
            entry.interval = min(entry.interval * 2, Self.longestInterval)
            entries[entry.request.operation] = entry
        }
        return due.map(\.request)
    }
}
