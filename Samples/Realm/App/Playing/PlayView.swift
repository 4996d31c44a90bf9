import Parley
import ParleyZones
import RealmGame
import SampleSupport

/// The realm from above: all zones, and who walks in the player's own. It is pure: a frame in, characters out.
struct PlayView {
    let map: ZoneMap
    let frame: RealmFrame<RealmRules>?
    var title = ""
    var lines: [String] = []
    var draft: String?

    /// Rows of chat below the map.
    private static let chatRows = 4

    func draw(_ size: TerminalSize) -> Canvas {
        var canvas = Canvas(size)
        canvas.fill(Palette.night)
        canvas.fill(Palette.bar, row: 0)
        canvas.put(title, 1, 0, Style(Palette.title, bold: true), width: size.columns - 2)
        let field = TerminalSize(
            columns: size.columns, rows: max(2, size.rows - 2 - Self.chatRows))
        drawGround(field, &canvas)
        drawWalkers(field, &canvas)
        let bottom = size.rows - 1
        for (row, line) in zip((1 + field.rows)..., lines.suffix(Self.chatRows)) {
            canvas.put(line, 1, row, Style(Palette.text), width: size.columns - 2)
        }
        canvas.fill(Palette.bar, row: bottom)
        canvas.put(
            draft.map { "say: \($0)▏" }
                ?? "arrows or WASD walk   space waves   Enter talks   q leaves",
            1, bottom, Style(Palette.text), width: size.columns - 2)
        return canvas
    }

    // MARK: The map

    private func drawGround(_ field: TerminalSize, _ canvas: inout Canvas) {
        for row in 0..<field.rows {
            for column in 0..<field.columns {
                let zone = zone(column, row, field)
                let isHere = zone != nil && zone == frame?.zone
                let ground = isHere ? Palette.here : Palette.night
                let (left, above) = (
                    self.zone(column - 1, row, field), self.zone(column, row - 1, field)
                )
                let (isWestBorder, isNorthBorder) = (
                    column > 0 && left != zone, row > 0 && above != zone
                )
                let character: Character =
                    switch (isWestBorder, isNorthBorder) {
                    case (true, true): "┼"
                    case (true, false): "│"
                    case (false, true): "─"
                    case (false, false): " "
                    }
                canvas.set(character, column, row + 1, Style(Palette.border, on: ground))
            }
        }
        for zone in map.names {
            guard let area = map.area(of: zone) else { continue }
            let corner = cell(SIMD2(area.minimum.x, area.maximum.y - 0.001), field)
            canvas.put(zone.text, corner.column + 2, corner.row + 1, Style(Palette.faint))
        }
    }

    private func drawWalkers(_ field: TerminalSize, _ canvas: inout Canvas) {
        guard let frame else { return }
        for (_, walker) in frame.game.entities(of: RealmRules.bodies) {
            let cell = cell(walker.position, field)
            canvas.put("o", cell.column, cell.row, Style(Palette.other))
        }
        guard let me = frame.me else { return }
        let cell = cell(me.position, field)
        canvas.put("@", cell.column, cell.row, Style(Palette.title, bold: true))
    }

    /// The zone in the middle of a character of the map; nil outside.
    private func zone(_ column: Int, _ row: Int, _ field: TerminalSize) -> ZoneName? {
        let east = (Double(column) + 0.5) / Double(field.columns)
        let south = (Double(row) + 0.5) / Double(field.rows)
        return map.zone(at: SIMD2(east, 1 - south) * RealmRules.side)
    }

    /// Where a position is on the canvas.
    private func cell(_ position: SIMD2<Double>, _ field: TerminalSize) -> (column: Int, row: Int) {
        let part = position / RealmRules.side
        let column = Int(part.x * Double(field.columns))
        let row = Int((1 - part.y) * Double(field.rows))
        return (
            min(max(0, column), field.columns - 1), 1 + min(max(0, row), field.rows - 1)
        )
    }
}
