import ParleyMetrics

/// Adds what a server's links have counted.
func addLinks(
    _ counts: PeerStatistics, to page: inout MetricsPage, labels: MetricsPage.Labels
) {
    page.gauge(
        "parley_peer_links", "Links with other servers of the realm.", Double(counts.links),
        labels: labels)
    for (name, help, count) in [
        ("sent", "that were queued on a link", counts.sent),
        ("received", "that came", counts.received),
        ("dropped", "without a link, or with too much waiting on it", counts.dropped),
        ("unsendable", "that no link takes: a fault of the program", counts.unsendable),
    ] {
        page.counter(
            "parley_peer_messages_\(name)_total", "Messages between servers \(help).",
            UInt64(clamping: count), labels: labels)
    }
    page.counter(
        "parley_peer_links_refused_total",
        "Links that were closed, because the peer broke a rule or is none of the realm.",
        UInt64(clamping: counts.refused) + counts.failedHandshakes, labels: labels)
}
