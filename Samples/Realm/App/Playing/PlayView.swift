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
        draw(Ground(map: map, row: 1, size: field), on: &canvas)
        let bottom = size.rows - 1
        for (row, line) in zip((1 + field.rows)..., lines.suffix(Self.chatRows)) {
            canvas.put(line, 1, row, Style(Palette.text), width: size.columns - 2)
        }
        canvas.fill(Palette.bar, row: bottom)
        canvas.put(
            draft.map { "say: \($0)▏" }
                ?? "arrows or WASD walk   space waves   g gives a coin   Enter talks   q leaves",
            1, bottom, Style(Palette.text), width: size.columns - 2)
        return canvas
    }

    private func draw(_ ground: Ground, on canvas: inout Canvas) {
        ground.draw(
            on: &canvas,
            color: { $0 != nil && $0 == frame?.zone ? Palette.here : Palette.night },
            label: { ($0.text, Style(Palette.faint)) })
        guard let frame else { return }
        for (_, coin) in frame.game.entities(of: RealmRules.coins) {
            let cell = ground.cell(coin.position)
            canvas.put("¢", cell.column, cell.row, Style(Palette.coin))
        }
        for (_, walker) in frame.game.entities(of: RealmRules.bodies) {
            let cell = ground.cell(walker.position)
            canvas.put("o", cell.column, cell.row, Style(Palette.other))
        }
        guard let me = frame.me else { return }
        let cell = ground.cell(me.position)
        canvas.put("@", cell.column, cell.row, Style(Palette.title, bold: true))
    }
}
