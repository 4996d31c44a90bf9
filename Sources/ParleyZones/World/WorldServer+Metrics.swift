import ParleyHandoff
public import ParleyMetrics
import ParleyStore

/// What operators watch of a world server.
extension WorldServer {
    /// The server's numbers, and those of its store, for a ``ParleyMetrics/MetricsServer``.
    ///
    /// The store's rows are looked at once in ten seconds at the most, however often the page is asked for.
    public var metrics: MetricsPage {
        get async {
            let health = await health()
            let measured = await (gate.store as? any MeasuredStore)?.statistics
            var page = MetricsPage()
            addClients(to: &page)
            addCalls(to: &page)
            addZones(to: &page)
            addLinks(node.statistics, to: &page, labels: labels)
            if let measured { addStore(measured, to: &page) }
            if let health { addHealth(health, to: &page) }
            return page
        }
    }

    private var labels: MetricsPage.Labels { ["server": "world:\(number)"] }

    /// How long an answer of the store is shown.
    private static let healthLife = Duration.seconds(10)

    /// The newest look at the store's rows; nil if it did not answer.
    private func health() async -> StoreHealth? {
        if let newest = newestHealth, now - newest.at < Self.healthLife { return newest.health }
        // Those who ask meanwhile get the old one.
        newestHealth?.at = now
        let health = await gate.store.perform(ReadHealth()).value
        newestHealth = health.map { ($0, now) }
        return health
    }

    private func addClients(to page: inout MetricsPage) {
        let counts = statistics
        let name = "\(PeerName.world(number))"
        page.gauge(
            "parley_world_clients", "Clients that are connected to the world server.",
            Double(counts.clients), labels: labels)
        for (outcome, count) in [("done", counts.logins), ("refused", counts.refusals)] {
            page.counter(
                "parley_logins_total", "Logins of players, by their outcome.", count,
                labels: ["server": name, "outcome": outcome])
        }
        page.counter(
            "parley_tickets_total", "Tickets for zones that were given to players.",
            counts.tickets, labels: labels)
        page.counter(
            "parley_chats_total", "Messages of players that were passed on.", counts.chats,
            labels: labels)
        page.counter(
            "parley_forbidden_requests_total",
            "Requests of zones or operators that they may not make.", counts.forbidden,
            labels: labels)
    }

    private func addCalls(to page: inout MetricsPage) {
        let counts = statistics
        let name = "\(PeerName.world(number))"
        page.gauge(
            "parley_store_calls_waiting", "Calls of the store that are under way or wait.",
            Double(counts.waitingCalls), labels: labels)
        page.counter(
            "parley_unknown_outcomes_total", "Calls of the store whose outcome stayed unknown.",
            counts.unanswered, labels: labels)
        page.counter(
            "parley_store_calls_dropped_total",
            "Calls of the store that were not made, because too many were under way.",
            counts.droppedCalls, labels: labels)
        page.counter(
            "parley_deals_total", "Answers to deals of zones, repetitions included.", counts.deals,
            labels: labels)
        for call in Self.fencedCalls {
            page.counter(
                "parley_fence_refusals_total",
                "Durable calls of zones that the store refused, because they are not the owner.",
                storeCalls.fenceRefusals[call, default: 0],
                labels: ["server": name, "call": call])
        }
        for (step, count) in [
            ("retire", storeCalls.retired), ("recover", storeCalls.recovered),
        ] {
            page.counter(
                "parley_takeovers_total",
                "Zone processes that were declared gone, and characters recovered from them.",
                count, labels: ["server": name, "step": step])
        }
    }

    private static let fencedCalls = [
        "commit", "stay", "leave", "fail", "fence", "checkpoint", "perform", "deal",
    ]

    private func addZones(to page: inout MetricsPage) {
        let name = "\(PeerName.world(number))"
        for zone in directory.zones {
            for state in [ZoneState.ready, .draining, .gone] {
                page.gauge(
                    "parley_zone_state", "The zone's newest process, as the store knows it.",
                    zone.state == state ? 1 : 0,
                    labels: [
                        "server": name, "zone": zone.process.zone.text, "state": "\(state)",
                    ])
            }
        }
    }

    private func addStore(_ counts: StoreStatistics, to page: inout MetricsPage) {
        page.gauge(
            "parley_store_queue", "Calls that wait within the store.", Double(counts.waiting),
            labels: labels)
        page.counter(
            "parley_store_calls_total", "Calls that the store has answered.", counts.calls,
            labels: labels)
        page.counter(
            "parley_store_overloads_total", "Calls that a full queue of the store refused.",
            counts.overloaded, labels: labels)
        page.histogram(
            "parley_store_batch_seconds", "How long the store's transactions took.",
            counts.batches, labels: labels)
        page.counter(
            "parley_store_unknown_total", "Calls of the store itself whose outcome stayed unknown.",
            counts.unknown, labels: labels)
        page.counter(
            "parley_store_retries_total",
            "Transactions that began again, because others were in their way.", counts.retries,
            labels: labels)
        if let connections = counts.connections { addConnections(connections, to: &page) }
    }

    private func addConnections(_ connections: StoreConnections, to page: inout MetricsPage) {
        let name = "\(PeerName.world(number))"
        for (state, count) in [("busy", connections.busy), ("idle", connections.idle)] {
            page.gauge(
                "parley_store_connections", "The store's connections to its database.",
                Double(count), labels: ["server": name, "state": state])
        }
        page.counter(
            "parley_store_connections_made_total", "Connections that the store has made.",
            connections.made, labels: labels)
        page.counter(
            "parley_store_connections_lost_total",
            "Connections that ended before the store was closed.", connections.lost,
            labels: labels)
    }

    private func addHealth(_ health: StoreHealth, to page: inout MetricsPage) {
        page.gauge(
            "parley_quarantined_characters", "Characters that are in quarantine.",
            Double(health.quarantined), labels: labels)
        page.gauge(
            "parley_outbox_events", "Results of deals that wait to be told.",
            Double(health.waitingEvents), labels: labels)
        let age = health.oldestEvent.map { max(0, Int64(clamping: date) - $0) } ?? 0
        page.gauge(
            "parley_outbox_oldest_seconds", "The age of the oldest result that waits to be told.",
            .seconds(age), labels: labels)
    }
}
