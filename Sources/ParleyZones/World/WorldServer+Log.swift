import ParleyHandoff
import ParleySockets

/// What a world server's log says, by comparing how the realm is with how it was.
struct WorldLogWatch: Sendable {
    private let server: String
    private var zones: [ZoneName: OwnershipSurvey.Zone] = [:]
    private var counts = RisingCounts()

    /// A world server that has seen nothing.
    init(_ number: Int) { server = "\(PeerName.world(number))" }

    /// The lines since the last look.
    mutating func lines(
        _ now: [OwnershipSurvey.Zone],
        _ risen: [(level: ServerLogLine.Level, text: String, count: UInt64)]
    ) -> [ServerLogLine] {
        var lines: [ServerLogLine] = []
        for zone in now {
            let before = zones.updateValue(zone, forKey: zone.process.zone)
            guard before?.process != zone.process || before?.state != zone.state else { continue }
            lines.append(
                ServerLogLine(
                    level: zone.state == .gone ? .warning : .notice,
                    text: "a zone's process is \(zone.state)",
                    details: [
                        ("server", server), ("zone", zone.process.zone.text),
                        ("incarnation", "\(zone.process.incarnation.rawValue)"),
                    ]))
        }
        return lines + counts.lines(for: risen, [("server", server)])
    }
}

extension WorldServer {
    /// Says what has changed, each second until the task is cancelled, and at the end.
    func keepLog() async throws {
        var watch = WorldLogWatch(number)
        try await network.eachSecond { say(&watch) }
    }

    private func say(_ watch: inout WorldLogWatch) {
        let links = node.statistics
        let lines = watch.lines(
            directory.zones,
            [
                (.notice, "logins were refused", counts.refusals),
                (.warning, "processes were declared gone", storeCalls.retired),
                (
                    .warning, "characters were recovered from processes that are gone",
                    storeCalls.recovered
                ),
                (.warning, "calls of the store stayed without an answer", counts.unanswered),
                (.warning, "calls of the store were dropped", counts.droppedCalls),
                (.warning, "requests were forbidden", counts.forbidden),
                (.error, "characters were put into quarantine", storeCalls.quarantined),
            ] + links.refusals)
        for line in lines { line.write(to: log) }
    }

    /// Says what an operator has asked, and whether it was done.
    func say(_ command: OperatorCommand, _ reply: OperatorReply) {
        guard let words = command.words else { return }
        let isDone = reply == .done
        log.notice(
            "an operator has asked for something",
            [
                ("server", "\(PeerName.world(number))"), ("command", words),
                ("outcome", isDone ? "done" : "refused"),
            ])
    }
}
