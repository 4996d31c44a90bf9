import Parley
import ParleyZones
import RealmGame
import SampleSupport

/// The realm's plane on a part of a canvas: each zone's ground, the borders between zones, and where a position is.
struct Ground {
    let map: ZoneMap
    /// The upper left corner on the canvas.
    var column = 0
    var row = 0
    let size: TerminalSize

    /// Draws the zones, with a name in the corner of each.
    ///
    /// - Parameters:
    ///   - color: A zone's ground; nil outside of all zones.
    ///   - label: What stands in a zone's corner, and how.
    func draw(
        on canvas: inout Canvas, color: (ZoneName?) -> Color,
        label: (ZoneName) -> (text: String, style: Style)
    ) {
        for row in 0..<size.rows {
            for column in 0..<size.columns {
                let style = Style(Palette.border, on: color(zone(column, row)))
                canvas.set(
                    border(column, row), self.column + column, self.row + row, style)
            }
        }
        for zone in map.names {
            guard let area = map.area(of: zone) else { continue }
            let corner = cell(SIMD2(area.minimum.x, area.maximum.y - 0.001))
            let label = label(zone)
            let width = Int((area.maximum.x - area.minimum.x) / side * Double(size.columns)) - 3
            canvas.put(
                label.text, corner.column + 2, corner.row + 1, label.style, width: max(0, width))
        }
    }

    /// Where a position is on the canvas.
    func cell(_ position: SIMD2<Double>) -> (column: Int, row: Int) {
        let part = position / side
        let column = Int(part.x * Double(size.columns))
        let row = Int((1 - part.y) * Double(size.rows))
        return (
            self.column + min(max(0, column), size.columns - 1),
            self.row + min(max(0, row), size.rows - 1)
        )
    }

    private var side: Double { RealmRules.side }

    /// A line where the zone to the left, or above, is another one.
    private func border(_ column: Int, _ row: Int) -> Character {
        let zone = zone(column, row)
        let isWestBorder = column > 0 && self.zone(column - 1, row) != zone
        let isNorthBorder = row > 0 && self.zone(column, row - 1) != zone
        return switch (isWestBorder, isNorthBorder) {
        case (true, true): "┼"
        case (true, false): "│"
        case (false, true): "─"
        case (false, false): " "
        }
    }

    /// The zone in the middle of a character of the map; nil outside.
    private func zone(_ column: Int, _ row: Int) -> ZoneName? {
        let east = (Double(column) + 0.5) / Double(size.columns)
        let south = (Double(row) + 0.5) / Double(size.rows)
        return map.zone(at: SIMD2(east, 1 - south) * side)
    }
}
