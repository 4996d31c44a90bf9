/// When a sheet is read from the store. At most one question is under way.
struct SheetReader: Sendable {
    /// Counts the reasons to read. A question carries the newest one.
    private(set) var mark: UInt64 = 1
    private var asked: UInt64?
    private var answered: UInt64 = 0
    private var nextAt: Duration

    /// The time to the next try of a question.
    private static let patience = Duration.milliseconds(500)
    /// The time from one sheet to the next without a reason: others may have given something.
    private static let interval = Duration.seconds(10)

    /// A sheet that is wanted at once.
    init(at now: Duration) {
        nextAt = now
    }

    /// There is a reason to read.
    mutating func want(at now: Duration) {
        mark += 1
        if asked == nil { nextAt = now }
    }

    /// Whether a question is to be asked now.
    func isDue(at now: Duration) -> Bool { now >= nextAt }

    /// The mark of the question to be asked now; nil if none is due.
    mutating func due(at now: Duration) -> UInt64? {
        guard isDue(at: now) else { return nil }
        if asked == nil, mark == answered { mark += 1 }
        (asked, nextAt) = (mark, now + Self.patience)
        return mark
    }

    /// Takes an answer.
    ///
    /// - Returns: Whether it is newer than all before.
    mutating func receive(_ mark: UInt64, at now: Duration) -> Bool {
        guard mark > answered, mark <= self.mark else { return false }
        answered = mark
        asked = nil
        nextAt = mark == self.mark ? now + Self.interval : now
        return true
    }
}
