import ArenaGame
import SampleSupport

/// The right part of the picture: scores, numbers and events.
struct Panel {
    let frame: Frame
    let layout: Layout

    func draw(on canvas: inout Canvas) {
        let rows = layout.panelRows
        let vitals = frame.vitals.count + (frame.tickTimes.isEmpty ? 0 : 1)
        let vitalRows = vitals == 0 ? 0 : vitals + 2
        let scoreRows = min(
            frame.scene.residents.count + 2, max(5, (rows.count - vitalRows) * 2 / 3))
        var row = rows.lowerBound + 1
        row = drawScores(from: row, below: min(row + scoreRows, rows.upperBound), &canvas)
        if rows.upperBound - row > vitalRows {
            row = drawVitals(from: row + 1, &canvas)
        }
        drawEvents(from: row + 1, below: rows.upperBound, &canvas)
    }

    private func heading(_ text: String, _ row: Int, _ right: String, _ canvas: inout Canvas) {
        put(text, 0, row, Style(Palette.accent, bold: true), &canvas)
        putRight(right, row, Style(Palette.faint), &canvas)
    }

    // MARK: Scores

    /// - Returns: The first row below.
    private func drawScores(from first: Int, below end: Int, _ canvas: inout Canvas) -> Int {
        let ranking = frame.scene.ranking
        let hasTimes = !frame.roundTrips.isEmpty
        heading("PLAYERS", first, hasTimes ? "tags   round trip" : "tags", &canvas)
        var row = first + 1
        for (id, resident) in ranking {
            guard row < end else { break }
            if row == end - 1, ranking.count > row - first {
                put(
                    "… \(ranking.count - (row - first) + 1) more", 2, row, Style(Palette.faint),
                    &canvas)
                return row + 1
            }
            drawScore(id, resident, row, hasTimes, &canvas)
            row += 1
        }
        return row
    }

    private func drawScore(
        _ id: EntityID, _ resident: ArenaScene.Resident, _ row: Int, _ hasTimes: Bool,
        _ canvas: inout Canvas
    ) {
        let isIt = id == frame.scene.snapshot.it
        put(id.isNPC ? "○" : "●", 0, row, Style(Palette.color(of: id)), &canvas)
        let style = Style(id.isNPC ? Palette.faint : Palette.text, bold: id == frame.me)
        put(resident.name, 2, row, style, &canvas, width: layout.panelWidth - 22)
        if isIt {
            let column = min(resident.name.columns, layout.panelWidth - 22) + 3
            put("IT", column, row, Style(Palette.it, bold: true), &canvas)
        }
        let tags = String(resident.score)
        let time = frame.roundTrips[id].map(\.text) ?? (hasTimes ? "–" : "")
        putRight(time, row, Style(Palette.faint), &canvas)
        putRight(tags, row, Style(Palette.title, bold: true), &canvas, inset: hasTimes ? 13 : 0)
    }

    // MARK: Numbers

    /// The column of the values.
    private static let indent = 11

    private func drawVitals(from first: Int, _ canvas: inout Canvas) -> Int {
        guard !frame.vitals.isEmpty else { return first - 1 }
        heading(frame.vitalsTitle, first, "", &canvas)
        var row = first + 1
        for vital in frame.vitals {
            put(vital.name, 0, row, Style(Palette.faint), &canvas)
            put(vital.value, Self.indent, row, Style(Palette.text), &canvas)
            row += 1
        }
        guard !frame.tickTimes.isEmpty else { return row }
        let bars = Sparkline(frame.tickTimes.suffix(layout.panelWidth - Self.indent)).text
        put("ticks", 0, row, Style(Palette.faint), &canvas)
        put(bars, Self.indent, row, Style(Palette.accent), &canvas)
        return row + 1
    }

    // MARK: Events

    private func drawEvents(from first: Int, below end: Int, _ canvas: inout Canvas) {
        guard end - first >= 2 else { return }
        heading("EVENTS", first, "", &canvas)
        let events = frame.scene.events.suffix(end - first - 1)
        for (row, event) in zip((first + 1)..., events) {
            put("▎", 0, row, Style(Palette.color(of: event.who)), &canvas)
            let style = Style(event.isChat ? Palette.title : Palette.faint)
            put(event.text, 2, row, style, &canvas, width: layout.panelWidth - 2)
        }
    }

    // MARK: Placing

    private func put(
        _ text: String, _ column: Int, _ row: Int, _ style: Style, _ canvas: inout Canvas,
        width: Int = .max
    ) {
        guard column < layout.panelWidth else { return }
        canvas.put(
            text, layout.panelColumn + column, row, style,
            width: min(width, layout.panelWidth - column))
    }

    private func putRight(
        _ text: String, _ row: Int, _ style: Style, _ canvas: inout Canvas, inset: Int = 0
    ) {
        put(text, max(0, layout.panelWidth - inset - text.columns), row, style, &canvas)
    }
}

/// Numbers as a row of small bars: the largest at full height, the median at half or below.
struct Sparkline {
    let text: String

    init(_ numbers: some Sequence<Double>) {
        let numbers = Array(numbers)
        let bars = Array("▁▂▃▄▅▆▇█")
        let median = numbers.isEmpty ? 0 : numbers.sorted()[numbers.count / 2]
        let largest = max(numbers.max() ?? 0, 2 * median)
        text = String(
            numbers.map { number in
                guard largest > 0, number.isFinite else { return bars[0] }
                return bars[min(7, max(0, Int(number / largest * 7.99)))]
            })
    }
}
