import ParleyZones
import RealmGame
import SampleSupport

/// The picture of the supervisor. It is pure: reports in, characters out.
struct RealmTable {
    let map: ZoneMap
    let members: [Role: Member]
    let roles: [Role]
    let port: UInt16
    let events: [String]

    /// A process, and what it has said last.
    struct Member: Sendable {
        var process: Int32
        var report: ServerReport?
    }

    func draw(_ size: TerminalSize) -> Canvas {
        var canvas = Canvas(size)
        canvas.fill(Palette.night)
        canvas.fill(Palette.bar, row: 0)
        canvas.put(
            "PARLEY REALM   \(worldPlaces)", 1, 0,
            Style(Palette.title, bold: true), width: size.columns - 2)
        put(Self.headings, 2, Style(Palette.accent, bold: true), &canvas)
        var row = 3
        for role in roles {
            guard case .zone(let name) = role else { continue }
            put(cells(of: name, members[role]), row, style(of: members[role]), &canvas)
            row += 1
        }
        row += 1
        for role in roles {
            switch (role, members[role]?.report) {
            case (.world, .world(let world)?): canvas.put(world.text, 1, row, Style(Palette.text))
            case (.world, _): canvas.put("\(role): gone", 1, row, Style(Palette.alarm))
            case (.bots, .bots(let bots)?): canvas.put(bots.text, 1, row, Style(Palette.text))
            default: continue
            }
            row += 1
        }
        let bottom = size.rows - 1
        drawRealm((row + 1)..<max(row + 1, bottom), size.columns, &canvas)
        canvas.fill(Palette.bar, row: bottom)
        canvas.put(
            "q quits   play from another terminal: Samples/run realm play --port-base \(port)"
                + (worlds.count > 1 ? " --worlds \(worlds.count)" : ""), 1, bottom,
            Style(Palette.text), width: size.columns - 2)
        return canvas
    }

    private var worlds: [Role] { roles.filter(\.isWorld) }

    /// Where players connect.
    private var worldPlaces: String {
        let ports = worlds.compactMap(\.position).map { "\(Int(port) + 2 * $0)" }
        return (ports.count == 1 ? "world server at 127.0.0.1:" : "world servers at 127.0.0.1: ")
            + ports.joined(separator: ", ")
    }

    // MARK: The plane, and who is where

    /// The zones side by side, and on the right the owners and the events.
    private func drawRealm(_ rows: Range<Int>, _ columns: Int, _ canvas: inout Canvas) {
        // A character is twice as high as wide.
        let width = min(2 * rows.count, columns / 2)
        guard width > 0 else { return }
        let size = TerminalSize(columns: width, rows: rows.count)
        let ground = Ground(map: map, column: 1, row: rows.lowerBound, size: size)
        ground.draw(
            on: &canvas, color: { $0.map(self.ground(of:)) ?? Palette.night },
            label: { ($0.text + self.trouble(of: $0), Style(Palette.text)) })
        for person in people {
            let place = SIMD2(Double(person.report.east), Double(person.report.north))
            let cell = ground.cell(place)
            canvas.put("●", cell.column, cell.row, Style(person.color))
        }
        let left = width + 3
        let listed = min(people.count, max(0, rows.count / 2 - 1))
        drawOwners(listed, left, rows.lowerBound, columns - left - 1, &canvas)
        let first = rows.lowerBound + (listed > 0 ? listed + 2 : 0)
        let room = max(0, rows.upperBound - first)
        for (line, event) in zip(first..., events.suffix(room)) {
            canvas.put(event, left, line, Style(Palette.faint), width: columns - left - 1)
        }
    }

    /// The first characters, whose they are, and at which epoch.
    private func drawOwners(
        _ count: Int, _ column: Int, _ row: Int, _ width: Int, _ canvas: inout Canvas
    ) {
        guard count > 0 else { return }
        let heading = "character   owner     epoch" + (count < people.count ? "   …" : "")
        canvas.put(heading, column, row, Style(Palette.accent, bold: true), width: width)
        for (line, person) in zip((row + 1)..., people.prefix(count)) {
            let name = "\(person.report.character)".padding(to: 12) + person.zone.padding(to: 10)
            canvas.put(
                name + person.report.epoch, column, line, Style(person.color), width: width)
        }
    }

    /// All characters, with the colour of the zone that simulates them.
    private var people: [(report: ZoneReport.Person, zone: String, color: Color)] {
        roles.flatMap { role -> [(report: ZoneReport.Person, zone: String, color: Color)] in
            guard case .zone(let name) = role, case .zone(let zone) = members[role]?.report else {
                return []
            }
            return zone.people.map { ($0, name, color(of: name)) }
        }
        .sorted { $0.report.character < $1.report.character }
    }

    private func color(of zone: String) -> Color {
        let number = roles.firstIndex(of: .zone(zone)) ?? 0
        return Palette.zones[number % Palette.zones.count]
    }

    /// A zone's ground has a little of its colour, or of the alarm's.
    private func ground(of zone: ZoneName) -> Color {
        trouble(of: zone).isEmpty
            ? Palette.night.mixed(with: color(of: zone.text), 0.12)
            : Palette.night.mixed(with: Palette.alarm, 0.2)
    }

    private func trouble(of zone: ZoneName) -> String {
        switch members[.zone(zone.text)]?.report {
        case .zone(let report) where report.incarnation == nil: " – waits"
        case .zone(let report): report.isFrozen ? " – frozen" : ""
        default: " – gone"
        }
    }

    // MARK: The zones in numbers

    private static let headings = [
        "zone", "process", "incarnation", "players", "in", "out", "put back", "frozen",
    ]
    private static let widths = [8, 9, 13, 9, 7, 7, 10, 8]

    private func cells(of name: String, _ member: Member?) -> [String] {
        guard let member else { return [name, "gone"] }
        let process = "\(member.process)"
        guard case .zone(let zone) = member.report else { return [name, process] }
        let numbers: [UInt64] = [
            UInt64(zone.players), zone.crossingsIn, zone.crossingsOut, zone.putBack,
        ]
        return [name, process, zone.incarnation.map { "\($0)" } ?? "–"]
            + numbers.map { "\($0)" } + [zone.isFrozen ? "frozen" : "no"]
    }

    private func style(of member: Member?) -> Style {
        guard case .zone(let zone) = member?.report, zone.incarnation != nil, !zone.isFrozen else {
            return Style(Palette.alarm)
        }
        return Style(Palette.text)
    }

    private func put(_ cells: [String], _ row: Int, _ style: Style, _ canvas: inout Canvas) {
        var column = 1
        for (cell, width) in zip(cells, Self.widths) {
            canvas.put(cell, column, row, style, width: width - 1)
            column += width
        }
    }
}

extension String {
    /// With spaces behind, up to a width.
    fileprivate func padding(to width: Int) -> String {
        self + String(repeating: " ", count: max(1, width - count))
    }
}
