/// Notices that the server has fallen silent, and how much later its ticks are when it returns.
///
/// A server that stood still skips the ticks that it missed, so its ticks arrive later from then
/// on. Nothing else tells the client: a client whose commands are far ahead sends none, and a
/// server that gets none reports nothing.
///
/// One snapshot may be late because the network held it back, and then a burst of them arrives. So
/// the least late tick of the first ``decisionTime`` decides.
struct SilenceDetector: Sendable {
    /// Seconds without a tick that count as silence, at least.
    private let limit: Double

    /// Seconds for which the ticks after a silence are compared before one of them is believed.
    private static let decisionTime = 0.1

    /// A gap of this many usual gaps is a silence, where that is longer than the limit.
    private static let gapsOfSilence = 3.0

    private struct Return {
        let since: Double
        var leastLateness: Double
    }

    private var newest: Double
    private var usualGap: Double?
    private var usualLateness: Double?
    private var pending: Return?

    /// A detector that hears the first tick at a time in seconds.
    init(limit: Double, since time: Double) {
        self.limit = max(limit, 0)
        newest = time
    }

    /// Whether nothing is known of the server: it is silent, or has just returned.
    func isSilent(at time: Double) -> Bool { pending != nil || isOverdue(at: time) }

    /// Notes that a tick arrived.
    ///
    /// - Parameters:
    ///   - lateness: Its arrival minus the moment of the tick, both in seconds of any epoch.
    ///   - time: When it arrived, in seconds.
    ///   - isAstray: Whether the caller's clock is wrong by so much that it has to be set anew.
    /// - Returns: After a silence, once that is known, by how many seconds the server's ticks are
    ///   later than before it; nil otherwise.
    mutating func hear(_ lateness: Double, at time: Double, isAstray: Bool) -> Double? {
        let wasOverdue = isOverdue(at: time)
        let gap = time - newest
        newest = max(newest, time)
        guard let usual = usualLateness else {
            usualLateness = lateness
            return nil
        }
        learnGap(gap)
        if wasOverdue || (isAstray && pending == nil) {
            pending = Return(since: time, leastLateness: lateness)
            return nil
        }
        guard var pending else {
            usualLateness = usual + (lateness - usual) / 16
            return nil
        }
        pending.leastLateness = min(pending.leastLateness, lateness)
        guard time - pending.since >= Self.decisionTime else {
            self.pending = pending
            return nil
        }
        self.pending = nil
        usualLateness = pending.leastLateness
        return pending.leastLateness - usual
    }

    private func isOverdue(at time: Double) -> Bool { time - newest > longestGap }

    private var longestGap: Double {
        max(limit, (usualGap ?? limit) * Self.gapsOfSilence)
    }

    /// Silences count too, but not in full: where ticks are rare, they must not stay silences.
    private mutating func learnGap(_ gap: Double) {
        let gap = min(max(gap, 0), 2 * longestGap)
        usualGap = usualGap.map { $0 + (gap - $0) / 8 } ?? gap
    }
}
