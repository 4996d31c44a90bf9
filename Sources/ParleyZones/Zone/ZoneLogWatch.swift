import ParleyHandoff
import ParleySockets
import Synchronization

/// What a zone's log says, by comparing how the zone is with how it was.
struct ZoneLogWatch: Sendable {
    /// How a zone is.
    struct Look: Hashable, Sendable {
        var process: ZoneProcess?
        var holder: ZoneProcess?
        var isFrozen = true
        var isDraining = false
        var counts = ZoneStatistics()
        var lost: UInt64 = 0
        var links = PeerStatistics()
    }

    private let zone: ZoneName
    private var last = Look()
    private var counts = RisingCounts()

    /// A zone that has not begun.
    init(_ zone: ZoneName) { self.zone = zone }

    /// The lines since the last look.
    mutating func lines(_ now: Look) -> [ServerLogLine] {
        var details: ServerLogDetails = [("zone", zone.text)]
        if let process = now.process {
            details.append(("incarnation", "\(process.incarnation.rawValue)"))
        }
        var lines: [ServerLogLine] = []
        func say(_ level: ServerLogLine.Level, _ text: String) {
            lines.append(ServerLogLine(level: level, text: text, details: details))
        }
        if let holder = now.holder, holder != last.holder {
            say(
                .notice,
                "the zone waits: its incarnation \(holder.incarnation.rawValue) has a lease, and "
                    + "may still live")
        }
        if last.process == nil, now.process != nil {
            say(.notice, "the zone is registered")
        } else if now.process != nil, now.isFrozen != last.isFrozen {
            if now.isFrozen {
                say(.warning, "the zone stands still: no world server answers")
            } else {
                say(.notice, "the zone goes on")
            }
        }
        if now.isDraining, !last.isDraining { say(.notice, "the zone drains") }
        last = now
        return lines
            + counts.lines(
                for: [
                    (.warning, "states did not arrive", now.counts.failedArrivals),
                    (.warning, "sealed players were given to another zone", now.lost),
                    (.error, "states or notices of the game have no bytes", now.counts.unwritable),
                ] + now.links.refusals, details)
    }
}

extension ZoneServer {
    /// Says what has changed, each second until the task is cancelled, and at the end.
    func keepLog() async throws {
        var watch = ZoneLogWatch(name)
        try await network.eachSecond { say(&watch) }
    }

    private nonisolated func say(_ watch: inout ZoneLogWatch) {
        var look = core.look
        look.links = node.statistics
        for line in watch.lines(look) { line.write(to: log) }
    }

    /// Says how the process ends.
    nonisolated func sayEnd(_ error: (any Error)?) {
        let details: ServerLogDetails = [("zone", name.text)]
        switch error {
        case nil: log.notice("the zone has drained, and ends", details)
        case ZoneServerError.retired?:
            log.error("the realm has given the process up, and it ends", details)
        case is CancellationError: log.notice("the zone ends", details)
        case let error?:
            log.error("the zone ends by an error", details + [("error", "\(type(of: error))")])
        }
    }
}

extension ZoneCore {
    /// How the zone is.
    fileprivate var look: ZoneLogWatch.Look {
        let now = now
        return state.withLock { state in
            ZoneLogWatch.Look(
                process: state.handoffs.process, holder: state.handoffs.lease.holder,
                isFrozen: state.handoffs.isFrozen(at: now),
                isDraining: state.isDraining, counts: state.counts,
                lost: state.handoffs.counts.lost)
        }
    }
}
