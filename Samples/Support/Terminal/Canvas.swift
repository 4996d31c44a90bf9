/// The style of a character.
package struct Style: Hashable, Sendable {
    package var color: Color?
    package var background: Color?
    package var isBold: Bool

    package init(_ color: Color? = nil, on background: Color? = nil, bold: Bool = false) {
        self.color = color
        self.background = background
        isBold = bold
    }
}

/// A grid of styled characters: one frame on the terminal.
///
/// Text outside of the grid is cut off, so a view works in a window of any size.
package struct Canvas: Sendable {
    package let size: TerminalSize
    private var cells: [Cell]

    private struct Cell: Hashable {
        /// Nil in the second half of a wide character.
        var character: Character? = " "
        var style = Style()
    }

    package init(_ size: TerminalSize) {
        self.size = TerminalSize(columns: max(0, size.columns), rows: max(0, size.rows))
        cells = Array(repeating: Cell(), count: self.size.columns * self.size.rows)
    }

    /// Puts text at a column and row, counted from 0 at the upper left.
    ///
    /// - Parameters:
    ///   - text: The text; control characters become spaces.
    ///   - column: The first column.
    ///   - row: The row.
    ///   - style: The style. Without a background the present one stays.
    ///   - width: The most columns; a longer text ends with an ellipsis.
    package mutating func put(
        _ text: String, _ column: Int, _ row: Int, _ style: Style = Style(), width: Int = .max
    ) {
        var column = column
        for character in text.fitting(width) {
            defer { column += character.columns }
            guard let index = index(column, row),
                index + character.columns <= (row + 1) * size.columns
            else { continue }
            var style = style
            style.background = style.background ?? cells[index].style.background
            cells[index] = Cell(character: character.isControl ? " " : character, style: style)
            // No other text may use the second half of a wide character.
            if character.columns == 2 { cells[index + 1] = Cell(character: nil, style: style) }
        }
    }

    /// Puts one character, which must not be a control character.
    package mutating func set(_ character: Character, _ column: Int, _ row: Int, _ style: Style) {
        guard let index = index(column, row) else { return }
        cells[index] = Cell(character: character, style: style)
    }

    /// Sets the background of a row, or of all rows.
    package mutating func fill(_ background: Color, row: Int? = nil) {
        for line in (row ?? 0)..<((row ?? size.rows - 1) + 1) where (0..<size.rows).contains(line) {
            for column in 0..<size.columns {
                cells[line * size.columns + column].style.background = background
            }
        }
    }

    /// Blends a colour into the background of some columns, so that text on it is legible.
    package mutating func shade(_ columns: Range<Int>, _ row: Int, _ color: Color, _ share: Double)
    {
        for column in columns {
            guard let index = index(column, row) else { continue }
            let background = cells[index].style.background ?? color
            cells[index].style.background = background.mixed(with: color, share)
        }
    }

    private func index(_ column: Int, _ row: Int) -> Int? {
        guard column >= 0, column < size.columns, row >= 0, row < size.rows else { return nil }
        return row * size.columns + column
    }

    /// The lines as plain text, for tests and for files.
    package var lines: [String] {
        (0..<size.rows).map { row in String(line(row).compactMap(\.character)) }
    }

    private func line(_ row: Int) -> ArraySlice<Cell> {
        cells[(row * size.columns)..<((row + 1) * size.columns)]
    }

    /// The escape sequences that draw the whole grid. A style is written only where it changes.
    package func rendered(_ depth: ColorDepth) -> String {
        var frame = ""
        for row in 0..<size.rows {
            if row > 0 { frame += "\r\n" }
            var current: Style?
            for cell in line(row) {
                if cell.style != current {
                    frame += Self.escape(cell.style, depth)
                    current = cell.style
                }
                if let character = cell.character { frame.append(character) }
            }
            frame += depth == .none ? "" : "\u{1B}[0m"
        }
        return frame
    }

    private static func escape(_ style: Style, _ depth: ColorDepth) -> String {
        guard depth != .none else { return "" }
        var codes = style.isBold ? "0;1" : "0"
        if let color = style.color { codes += depth.code(color, layer: 38) }
        if let background = style.background { codes += depth.code(background, layer: 48) }
        return "\u{1B}[\(codes)m"
    }
}
