import Parley

/// Turns samples of a server's counters into numbers for a person.
struct Meter: Sendable {
    private var looks: [(time: NetworkInstant, statistics: ServerStatistics)] = []
    private var durations: [Double] = []
    private var latenesses: [Double] = []

    /// Adds a sample.
    mutating func note(_ statistics: ServerStatistics, at now: NetworkInstant) {
        looks.append((now, statistics))
        looks.removeAll { $0.time.duration(to: now) > .seconds(2) }
        durations.append(statistics.ticks.duration.newest / .milliseconds(1))
        latenesses.append(statistics.ticks.lateness.newest / .milliseconds(1))
        durations.removeFirst(max(0, durations.count - 600))
        latenesses.removeFirst(max(0, latenesses.count - 600))
    }

    /// The newest tick times, in milliseconds.
    var tickTimes: [Double] { durations }

    var vitals: [Vital] {
        [
            Vital("tick", spread(durations)),
            Vital("late", spread(latenesses)),
            Vital("missed", missed),
            Vital("skipped", skipped),
            Vital("UDP in", traffic { ($0.received.datagrams, $0.received.bytes) }),
            Vital("UDP out", traffic { ($0.snapshots.datagrams, $0.snapshots.bytes) }),
        ]
    }

    /// Commands that were missed in the last two seconds, and datagrams that wait for the server: an
    /// overloaded server is behind here first.
    private var missed: String {
        guard let first = looks.first?.statistics, let last = looks.last?.statistics else {
            return "–"
        }
        let missed = last.input.missed - first.input.missed
        let all = missed + last.input.given - first.input.given
        let share = all > 0 ? Double(missed) / Double(all) * 100 : 0
        return "\(share.text(digits: 1)) % of commands, \(last.input.waiting) waiting"
    }

    /// Steps and snapshots that were left out since the server began.
    private var skipped: String {
        guard let last = looks.last?.statistics else { return "–" }
        return "\(Int(last.ticks.skipped).counted("step")), "
            + Int(last.snapshots.skipped).counted("snapshot")
    }

    /// The median and the 99th percentile.
    private func spread(_ milliseconds: [Double]) -> String {
        let sorted = milliseconds.sorted()
        guard !sorted.isEmpty else { return "–" }
        let p50 = sorted[sorted.count / 2]
        let p99 = sorted[sorted.count * 99 / 100]
        return "p50 \(p50.text(digits: 2))  p99 \(p99.text(digits: 2)) ms"
    }

    /// Datagrams and bytes a second, over the last two seconds.
    private func traffic(_ counters: (ServerStatistics) -> (UInt64, UInt64)) -> String {
        guard let first = looks.first, let last = looks.last, first.time < last.time else {
            return "–"
        }
        let seconds = first.time.duration(to: last.time) / .seconds(1)
        let (before, now) = (counters(first.statistics), counters(last.statistics))
        let datagrams = Double(now.0 &- before.0) / seconds
        let bytes = Double(now.1 &- before.1) / seconds
        return "\(datagrams.text(digits: 0))/s  \(bytes.byteRate)"
    }
}
