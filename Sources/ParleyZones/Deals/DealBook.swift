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
        /// How often it was said.
        var said = 0
        /// How many refusals may still come that answer an earlier request of the name.
        var late = 0
    }

    /// Refusals that may still come for the names of refused deals: each was said more often than it was answered.
    private var late: [OperationID: (count: Int, until: Duration)] = [:]
    private var entries: [OperationID: Entry] = [:]
    private var count: UInt64 = 0
    private var counter: UInt64 = 0

    /// The most deals that are open at once.
    static let limit = 4_096
    /// The time to the second try. It doubles with each, up to the longest.
    private static let interval = Duration.milliseconds(250)
    private static let longestInterval = Duration.seconds(2)
    /// How long an answer may be on its way.
    private static let latest = Duration.seconds(30)

    var isFull: Bool { entries.count >= Self.limit }

    /// The name of a deal without a cause that is repeated.
    mutating func nextName(of process: ZoneProcess) -> OperationID {
        counter += 1
        return .zone(process.zone, process.incarnation, counter: counter)
    }

    /// Adds a deal, which is due at once.
    mutating func add(_ request: DealRequest, at now: Duration) {
        guard !isFull, entries[request.operation] == nil else { return }
        var entry = Entry(request: request, order: count, nextAt: now, interval: Self.interval)
        if let late = late.removeValue(forKey: request.operation), now < late.until {
            entry.late = late.count
        }
        entries[request.operation] = entry
        count += 1
    }

    /// Removes a deal that has its answer; nil if it had one before.
    ///
    /// A result is final for the name. A refusal is not: it may answer an earlier request of this name, at an earlier epoch,
    /// that was said more than once. So many refusals do not count.
    mutating func close(
        _ operation: OperationID, isRefused: Bool, at now: Duration
    ) -> DealRequest? {
        guard var entry = entries.removeValue(forKey: operation) else { return nil }
        guard isRefused else { return entry.request }
        if entry.late > 0 {
            entry.late -= 1
            entries[operation] = entry
            return nil
        }
        if entry.said > 1 {
            if late.count >= Self.limit { late = late.filter { now < $0.value.until } }
            // One that does not fit is as if all its answers had come.
            if late.count < Self.limit { late[operation] = (entry.said - 1, now + Self.latest) }
        }
        return entry.request
    }

    /// The deals to be said now, or again, in the order in which they were made.
    mutating func due(at now: Duration) -> [DealRequest] {
        let due = entries.values.filter { now >= $0.nextAt }.sorted { $0.order < $1.order }
        for var entry in due {
            entry.nextAt = now + entry.interval
            entry.interval = min(entry.interval * 2, Self.longestInterval)
            entry.said += 1
            entries[entry.request.operation] = entry
        }
        return due.map(\.request)
    }
}
