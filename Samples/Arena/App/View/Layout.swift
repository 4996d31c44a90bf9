import ArenaGame
import SampleSupport

/// The places of the parts of a picture: a bar above and below, the field at the left, the panel at the
/// right. A narrow window has no panel.
struct Layout {
    static let minimumSide = 8
    private static let panelWidths = 32...46

    let size: TerminalSize
    /// The field's side in pixels, which are characters across and half characters down; even.
    let side: Int
    let panelWidth: Int

    var fieldColumn: Int { panelWidth > 0 ? 1 : max(0, (size.columns - side) / 2) }
    var fieldRow: Int { 1 + max(0, (size.rows - 2 - side / 2) / 2) }
    var panelColumn: Int { fieldColumn + side + 2 }
    var panelRows: Range<Int> { 1..<max(1, size.rows - 1) }

    init(_ size: TerminalSize) {
        self.size = size
        let tallest = max(0, 2 * (size.rows - 2))
        let hasPanel = size.columns >= 64 && size.rows >= 12
        let widest = hasPanel ? size.columns - Self.panelWidths.lowerBound - 4 : size.columns
        side = max(0, min(tallest, widest)) / 2 * 2
        let rest = size.columns - side - 4
        panelWidth = hasPanel ? min(rest, Self.panelWidths.upperBound) : 0
    }

    /// The cell of a place.
    func cell(of place: Vector, in field: PixelField) -> (column: Int, row: Int) {
        let pixel = field.pixel(place)
        return (fieldColumn + Int(pixel.x), fieldRow + Int(pixel.y / 2))
    }
}
