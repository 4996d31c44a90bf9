import ParleyHandoff
public import ParleyMetrics
import ParleyWorld
import Synchronization

/// What operators watch of a zone.
extension ZoneServer {
    /// The zone's numbers, for a ``ParleyMetrics/MetricsServer``.
    public nonisolated var metrics: MetricsPage {
        get async {
            let server = await serverStatistics
            var page = MetricsPage()
            core.addHandoffs(to: &page)
            core.addLease(to: &page)
            core.addCharacters(to: &page)
            server.add(to: &page, labels: core.labels)
            addLinks(node.statistics, to: &page, labels: core.labels)
            return page
        }
    }
}

extension ZoneCore {
    fileprivate var labels: MetricsPage.Labels { ["zone": name.text] }

    /// Handoffs by step and outcome.
    fileprivate func addHandoffs(to page: inout MetricsPage) {
        let now = now
        let (handoffs, zone, sealed) = state.withLock {
            ($0.handoffs.counts, $0.counts, $0.handoffs.sealed)
        }
        var steps: [(String, String, UInt64)] = [
            ("prepare", "begun", handoffs.begun), ("prepare", "silent", handoffs.silentWalls),
            ("seal", "done", handoffs.sealed), ("commit", "done", handoffs.moved),
            ("commit", "doubtful", handoffs.doubtful), ("commit", "kept", handoffs.kept),
            ("commit", "lost", handoffs.lost), ("arrive", "done", zone.crossingsIn),
            ("arrive", "failed", zone.failedArrivals),
        ]
        for reason in SeatRefusal.allCases {
            steps.append(("prepare", "\(reason)", handoffs.walls[reason, default: 0]))
        }
        for (step, outcome, count) in steps {
            page.counter(
                "parley_handoffs_total", "Handoffs of players by step and outcome.", count,
                labels: ["zone": name.text, "step": step, "outcome": outcome])
        }
        page.gauge(
            "parley_sealed_players", "Players that are sealed, and in no zone's world.",
            Double(sealed.count), labels: labels)
        page.gauge(
            "parley_sealed_oldest_seconds", "How long the oldest sealed player has waited.",
            sealed.since.map { now - $0 } ?? .zero, labels: labels)
    }

    /// The zone's right to act.
    fileprivate func addLease(to page: inout MetricsPage) {
        let now = now
        let (left, isFrozen, isDraining, process) = state.withLock { state in
            (
                state.handoffs.lease.left(at: now), state.handoffs.isFrozen(at: now),
                state.isDraining, state.handoffs.process
            )
        }
        page.gauge(
            "parley_lease_left_seconds", "How long the zone acts without another answer.",
            max(left ?? .zero, .zero), labels: labels)
        page.gauge(
            "parley_zone_frozen", "Whether the zone stands still for want of a lease.",
            isFrozen ? 1 : 0, labels: labels)
        page.gauge(
            "parley_zone_draining", "Whether the zone takes nobody any more.",
            isDraining ? 1 : 0, labels: labels)
        page.gauge(
            "parley_zone_incarnation", "The number of the zone's process; 0 before it has one.",
            Double(process?.incarnation.rawValue ?? 0), labels: labels)
    }

    /// Characters and their players.
    fileprivate func addCharacters(to page: inout MetricsPage) {
        let counts = statistics
        page.gauge(
            "parley_players", "Characters that are in the zone.", Double(counts.residents),
            labels: labels)
        page.gauge(
            "parley_connected_players", "Players who are connected to the zone.",
            Double(counts.connected), labels: labels)
        page.counter(
            "parley_entries_total", "Characters that entered, or were recovered after a crash.",
            counts.entries, labels: labels)
        page.counter(
            "parley_departures_total", "Characters that left the realm.", counts.departures,
            labels: labels)
        page.counter(
            "parley_repeated_requests_total", "Requests of players that came twice.",
            counts.repeatedRequests, labels: labels)
        page.counter(
            "parley_unwritable_total", "States and notices without bytes: a fault of the game's.",
            counts.unwritable, labels: labels)
    }
}

extension ServerStatistics {
    /// Ticks, commands and bytes.
    fileprivate func add(to page: inout MetricsPage, labels: MetricsPage.Labels) {
        for (name, help, count) in [
            ("parley_ticks_total", "Steps that ran.", ticks.count),
            ("parley_ticks_skipped_total", "Steps that were left out.", ticks.skipped),
            ("parley_tick_overruns_total", "Steps longer than a tick.", ticks.overruns),
            ("parley_commands_given_total", "Commands that were there in time.", input.given),
            ("parley_commands_missed_total", "Commands for which a stand-in ran.", input.missed),
            ("parley_received_bytes_total", "Bytes of players' datagrams.", received.bytes),
            ("parley_sent_bytes_total", "Bytes of snapshots to players.", snapshots.bytes),
            ("parley_refused_players_total", "Connections that were not let in.", refusals),
            (
                "parley_failed_handshakes_total", "Connections that ended in their handshake.",
                failedHandshakes
            ),
        ] { page.counter(name, help, count, labels: labels) }
        page.histogram(
            "parley_tick_lateness_seconds", "How late steps began.", ticks.lateness.histogram,
            labels: labels)
        page.histogram(
            "parley_tick_seconds", "How long steps took.", ticks.duration.histogram,
            labels: labels)
    }
}
