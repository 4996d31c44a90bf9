import SampleSupport

/// The picture of the supervisor. It is pure: reports in, characters out.
struct RealmTable {
    let members: [Role: Crew.Member]
    let roles: [Role]
    let port: UInt16
    let events: [String]

    func draw(_ size: TerminalSize) -> Canvas {
        var canvas = Canvas(size)
        canvas.fill(Palette.night)
        canvas.fill(Palette.bar, row: 0)
        canvas.put(
            "PARLEY REALM   world server at 127.0.0.1:\(port)", 1, 0,
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
            switch members[role]?.report {
            case .world(let world): canvas.put(world.text, 1, row, Style(Palette.text))
            case .bots(let bots): canvas.put(bots.text, 1, row, Style(Palette.text))
            default: continue
            }
            row += 1
        }
        row += 1
        let bottom = size.rows - 1
        for (line, event) in zip(row..<max(row, bottom), events.suffix(max(0, bottom - row))) {
            canvas.put(event, 1, line, Style(Palette.faint), width: size.columns - 2)
        }
        canvas.fill(Palette.bar, row: bottom)
        canvas.put(
            "q quits   play from another terminal: Samples/run realm play --port-base \(port)", 1,
            bottom, Style(Palette.text), width: size.columns - 2)
        return canvas
    }

    private static let headings = [
        "zone", "process", "incarnation", "players", "in", "out", "put back", "frozen",
    ]
    private static let widths = [8, 9, 13, 9, 7, 7, 10, 8]

    private func cells(of name: String, _ member: Crew.Member?) -> [String] {
        guard let member else { return [name, "gone"] }
        let process = "\(member.child.identifier)"
        guard case .zone(let zone) = member.report else { return [name, process] }
        let numbers: [UInt64] = [
            UInt64(zone.players), zone.crossingsIn, zone.crossingsOut, zone.putBack,
        ]
        return [name, process, zone.incarnation.map { "\($0)" } ?? "–"]
            + numbers.map { "\($0)" } + [zone.isFrozen ? "frozen" : "no"]
    }

    private func style(of member: Crew.Member?) -> Style {
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
