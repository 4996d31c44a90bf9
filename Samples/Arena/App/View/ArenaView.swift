import ArenaGame
import SampleSupport

/// The arena from above, with a panel beside it where there is room.
///
/// It is pure: a frame and a size in, text for the terminal out. It keeps the picture of the empty
/// arena between frames, because painting that is most of the work.
struct ArenaView: Sendable {
    let depth: ColorDepth
    private var ground: PixelField?
    private var groundMap: ArenaMap?

    init(depth: ColorDepth) {
        self.depth = depth
    }

    /// The text of a picture that starts in the upper left corner.
    mutating func render(_ frame: Frame, _ size: TerminalSize) -> String {
        draw(frame, size).rendered(depth)
    }

    mutating func draw(_ frame: Frame, _ size: TerminalSize) -> Canvas {
        var canvas = Canvas(size)
        let layout = Layout(size)
        canvas.fill(Palette.night)
        drawBars(frame, layout, &canvas)
        if layout.side >= Layout.minimumSide { drawField(frame, layout, &canvas) }
        if layout.panelWidth > 0 { Panel(frame: frame, layout: layout).draw(on: &canvas) }
        if let alert = frame.alert { drawAlert(alert, layout, &canvas) }
        return canvas
    }

    private func drawBars(_ frame: Frame, _ layout: Layout, _ canvas: inout Canvas) {
        let width = layout.size.columns - 2
        let hint = Self.line(of: frame.hints, width: width)
        for (row, text) in [(0, frame.title), (layout.size.rows - 1, hint)] {
            canvas.fill(Palette.bar, row: row)
            let style = Style(row == 0 ? Palette.title : Palette.text, bold: row == 0)
            canvas.put(text, 1, row, style, width: width)
        }
    }

    /// As many whole parts as fit; the first one always, even if it is cut.
    static func line(of parts: [String], width: Int) -> String {
        var line = parts.first ?? ""
        for part in parts.dropFirst() {
            let longer = line + "   " + part
            if longer.columns <= width { line = longer }
        }
        return line
    }

    /// A bar across the field, or across the window where there is no room for a field.
    private func drawAlert(_ alert: String, _ layout: Layout, _ canvas: inout Canvas) {
        let isFieldWide = layout.side >= alert.columns + 2
        let first = isFieldWide ? layout.fieldColumn : 0
        let width = isFieldWide ? layout.side : layout.size.columns
        let row = layout.size.rows / 2
        let style = Style(Palette.title, on: Palette.it, bold: true)
        canvas.put(String(repeating: " ", count: max(0, width)), first, row, style)
        let margin = max(0, (width - alert.columns) / 2)
        canvas.put(alert, first + margin, row, style, width: width - margin)
    }

    // MARK: The field

    /// The distance from the middle of a walker to the top of its picture, in metres.
    private static let headroom = 0.6

    private mutating func drawField(_ frame: Frame, _ layout: Layout, _ canvas: inout Canvas) {
        var field = emptyField(frame.scene.map, side: layout.side)
        let doors = frame.scene.doors
        for door in doors { field.paintDoor(door.way, door.isOpen) }
        if let truth = frame.truth, truth.area == frame.scene.area {
            field.paintDisc(at: truth.position, radius: 0.6, Palette.truth)
        }
        for avatar in frame.scene.avatars { paint(avatar, frame, on: &field) }
        for row in 0..<(layout.side / 2) {
            for column in 0..<layout.side {
                drawCell(field, column, row, layout, &canvas)
            }
        }
        if depth == .none { drawLetters(frame, field, layout, &canvas) }
        let labels = drawDoors(doors, field, layout, &canvas)
        drawNames(frame, field, layout, besides: labels, &canvas)
    }

    private mutating func emptyField(_ map: ArenaMap, side: Int) -> PixelField {
        if let ground, ground.side == side, groundMap == map { return ground }
        let field = PixelField(map: map, side: side)
        (ground, groundMap) = (field, map)
        return field
    }

    private func paint(
        _ avatar: ArenaMessages.Avatar, _ frame: Frame, on field: inout PixelField
    ) {
        if avatar.id == frame.scene.snapshot.it {
            let beat = abs((frame.time * 1.5).truncatingRemainder(dividingBy: 2) - 1)
            field.paintGlow(
                at: avatar.position, radius: 2.6, Palette.it, strength: 0.7 + 0.3 * beat)
            field.paintDisc(at: avatar.position, radius: 0.8, Palette.it)
        } else if avatar.id == frame.me {
            field.paintDisc(at: avatar.position, radius: 0.8, Palette.title)
        } else if avatar.isImmune {
            field.paintGlow(at: avatar.position, radius: 1.8, Palette.immune, strength: 0.5)
        }
        field.paintDisc(
            at: avatar.position, radius: avatar.id.isNPC ? 0.5 : 0.6, Palette.color(of: avatar.id))
    }

    private func drawCell(
        _ field: PixelField, _ column: Int, _ row: Int, _ layout: Layout, _ canvas: inout Canvas
    ) {
        let (x, y) = (layout.fieldColumn + column, layout.fieldRow + row)
        if depth == .none {
            let walls = (field.isWall(column, 2 * row), field.isWall(column, 2 * row + 1))
            let block: Character = walls.0 ? (walls.1 ? "█" : "▀") : (walls.1 ? "▄" : " ")
            return canvas.set(block, x, y, Style())
        }
        let (top, bottom) = (field[column, 2 * row], field[column, 2 * row + 1])
        let style = Style(top == bottom ? nil : top, on: bottom)
        canvas.set(top == bottom ? " " : "▀", x, y, style)
    }

    /// Without colours, players are letters and "it" is a star.
    private func drawLetters(
        _ frame: Frame, _ field: PixelField, _ layout: Layout, _ canvas: inout Canvas
    ) {
        for avatar in frame.scene.avatars {
            let cell = layout.cell(of: avatar.position, in: field)
            let letter = avatar.id == frame.scene.snapshot.it ? "*" : avatar.id.isNPC ? "o" : "@"
            canvas.put(letter, cell.column, cell.row, width: 1)
        }
    }

    /// The cells of a text that another text must not overwrite.
    private typealias Label = (row: Int, columns: Range<Int>)

    /// Writes beside each door where it leads to.
    ///
    /// - Returns: The cells of the texts.
    private func drawDoors(
        _ doors: [ArenaScene.DoorState], _ field: PixelField, _ layout: Layout,
        _ canvas: inout Canvas
    ) -> [Label] {
        var labels: [Label] = []
        for door in doors {
            let name = Grounds.name(of: door.leadsTo) + (door.isOpen ? "" : " (shut)")
            let cell = layout.cell(of: door.way.threshold.position, in: field)
            let edges = (
                layout.fieldColumn + 1, layout.fieldColumn + layout.side - 1 - name.columns
            )
            let column = min(max(cell.column - name.columns / 2, edges.0), edges.1)
            let row = cell.row + (door.way.inward.y < 0 ? 1 : -1)
            guard column > layout.fieldColumn, row > layout.fieldRow else { continue }
            canvas.put(name, column, row, Style(Palette.door(isOpen: door.isOpen)))
            labels.append((row, (column - 1)..<(column + name.columns + 1)))
        }
        return labels
    }

    /// Writes names above heads. Where two texts would overlap, only the more important one is shown:
    /// a door's label, then the player's own name, then "it".
    private func drawNames(
        _ frame: Frame, _ field: PixelField, _ layout: Layout, besides labels: [Label],
        _ canvas: inout Canvas
    ) {
        var taken = labels
        for avatar in frame.scene.avatars.sorted(by: { frame.rank($0) < frame.rank($1) }) {
            let name = String(frame.scene.name(of: avatar.id).prefix(12))
            let cell = layout.cell(of: avatar.position, in: field)
            let last = layout.fieldColumn + layout.side - 1 - name.columns
            let first = min(max(cell.column - name.columns / 2, layout.fieldColumn + 1), last)
            let head = layout.cell(of: avatar.position + Vector(0, Self.headroom), in: field)
            let (row, columns) = (head.row - 1, first..<(first + name.columns))
            guard first > layout.fieldColumn, row > layout.fieldRow,
                !taken.contains(where: { $0.row == row && $0.columns.overlaps(columns) })
            else { continue }
            taken.append((row, (first - 1)..<(first + name.columns + 1)))
            canvas.shade(columns, row, Palette.night, 0.6)
            canvas.put(name, first, row, frame.nameStyle(avatar.id))
        }
    }
}

extension Frame {
    fileprivate func rank(_ avatar: ArenaMessages.Avatar) -> Int {
        if avatar.id == me { return 0 }
        if avatar.id == scene.snapshot.it { return 1 }
        return avatar.id.isNPC ? 3 : 2
    }

    func nameStyle(_ id: EntityID) -> Style {
        if id == scene.snapshot.it { return Style(Palette.title, on: Palette.it, bold: true) }
        if id == me { return Style(Palette.title, bold: true) }
        return Style(Palette.color(of: id))
    }
}
