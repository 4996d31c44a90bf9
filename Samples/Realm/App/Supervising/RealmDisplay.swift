import Parley
import ParleyZones
import SampleSupport

/// Shows the realm's processes: a table in a terminal, otherwise a line a second.
struct RealmDisplay {
    let map: ZoneMap
    let crew: Crew
    let roles: [Role]
    let port: UInt16
    let clock: any NetworkClock

    /// Prints what happens, and the numbers each second.
    func printLines() async throws {
        for role in roles {
            guard role.isWorld, let position = role.position else { continue }
            printLine("\(role) of this realm is at 127.0.0.1:\(port + UInt16(2 * position))")
        }
        while true {
            try await clock.sleep(for: .milliseconds(100))
            for _ in 0..<10 {
                for event in crew.takeEvents() { printLine(event) }
                try await clock.sleep(for: .milliseconds(100))
            }
            for line in Self.lines(of: crew.members, roles) { printLine(line) }
        }
    }

    /// The players and bots, and what each world server says: where a realm that stands still does so.
    static func lines(of members: [Role: Crew.Member], _ roles: [Role]) -> [String] {
        let reports = roles.compactMap { members[$0]?.report }
        return [line(of: reports)] + worldLines(of: reports, roles)
    }

    /// A line for each world server.
    static func worldLines(of reports: [ServerReport], _ roles: [Role]) -> [String] {
        roles.filter(\.isWorld).map { role in
            for case .world(let world) in reports where role == .world(world.number) {
                return world.text
            }
            return "\(role): no report yet"
        }
    }

    static func line(of reports: [ServerReport]) -> String {
        var parts: [String] = []
        let zones = reports.compactMap { report -> String? in
            guard case .zone(let zone) = report else { return nil }
            return "\(zone.zone) \(zone.players)" + (zone.isFrozen ? " (frozen)" : "")
        }
        parts.append("players: " + zones.joined(separator: ", "))
        for case .bots(let bots) in reports { parts.append(bots.text) }
        return parts.joined(separator: "; ")
    }

    /// Shows the table until `q` is pressed.
    func show(_ depth: ColorDepth) async throws {
        try await Terminal.withFullScreen(raw: true) {
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await draw(depth) }
                if Terminal.isInput {
                    group.addTask {
                        for await key in Keyboard.keys() where key == .character("q") { return }
                    }
                }
                defer { group.cancelAll() }
                try await group.next()
            }
        }
    }

    private func draw(_ depth: ColorDepth) async throws {
        var events: [String] = []
        while true {
            events = (events + crew.takeEvents()).suffix(100)
            let table = RealmTable(
                map: map,
                members: crew.members.mapValues {
                    RealmTable.Member(process: $0.child.identifier, report: $0.report)
                }, roles: roles, port: port, events: events)
            Terminal.show(table.draw(Terminal.size).rendered(depth))
            try await clock.sleep(for: .milliseconds(250))
        }
    }
}
