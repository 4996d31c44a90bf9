import ArenaGame
import SampleSupport

/// The arena as square pixels, two of them in every character of the terminal.
struct PixelField {
    /// Pixels on each side, the outer walls (one pixel) included.
    let side: Int
    private let map: ArenaMap
    private var pixels: [Color]

    /// The empty arena. It is the same in every frame, so callers keep it.
    init(map: ArenaMap, side: Int) {
        self.map = map
        self.side = side
        pixels = []
        pixels.reserveCapacity(side * side)
        for row in 0..<side {
            for column in 0..<side { pixels.append(ground(column, row)) }
        }
    }

    subscript(column: Int, row: Int) -> Color { pixels[row * side + column] }

    /// Pixels in a metre.
    private var scale: Double { Double(side - 2) / map.side }

    /// A place of the arena in pixels from the upper left.
    func pixel(_ place: Vector) -> (x: Double, y: Double) {
        (1 + place.x * scale, 1 + (map.side - place.y) * scale)
    }

    private func place(_ column: Int, _ row: Int) -> Vector {
        Vector((Double(column) - 0.5) / scale, map.side - (Double(row) - 0.5) / scale)
    }

    // MARK: The ground

    private func ground(_ column: Int, _ row: Int) -> Color {
        let edge = 1..<(side - 1)
        guard edge.contains(column), edge.contains(row) else { return Palette.stone }
        let place = place(column, row)
        guard let wall = map.obstacles.first(where: { $0.contains(place) }) else {
            let isTile = (Int(place.x / 4) + Int(place.y / 4)) % 2 == 0
            return isTile ? Palette.tile : Palette.floor
        }
        // Light comes from above: the upper edge is bright, the lower one dark.
        let pixel = 1 / scale
        if place.y + pixel > wall.maximum.y { return Palette.stoneLight }
        return place.y - pixel < wall.minimum.y ? Palette.stoneDark : Palette.stone
    }

    /// Whether a pixel is wall, for terminals without colours.
    func isWall(_ column: Int, _ row: Int) -> Bool {
        ![Palette.floor, Palette.tile].contains(ground(column, row))
    }

    /// Paints a door into the outer wall, as wide as the passage.
    mutating func paintDoor(_ door: Doorway, _ isOpen: Bool) {
        paintDisc(at: door.place, radius: Doorway.reach, Palette.door(isOpen: isOpen))
    }

    // MARK: Walkers

    /// Paints a disc with a blended rim, so that it moves smoothly across pixels.
    mutating func paintDisc(at place: Vector, radius: Double, _ color: Color) {
        let pixel = 1 / scale
        paint(color, around: place, reach: radius + pixel) { distance in
            (radius - distance) / pixel + 0.5
        }
    }

    /// Paints a glow that fades towards its rim.
    mutating func paintGlow(at place: Vector, radius: Double, _ color: Color, strength: Double) {
        paint(color, around: place, reach: radius) { distance in
            strength * (1 - distance / radius)
        }
    }

    /// Blends a colour into the pixels around a place. The share depends on the distance.
    private mutating func paint(
        _ color: Color, around place: Vector, reach: Double, share: (_ distance: Double) -> Double
    ) {
        let center = pixel(place)
        let size = reach * scale
        for row in clamped(center.y - size)...clamped(center.y + size) {
            for column in clamped(center.x - size)...clamped(center.x + size) {
                let offset = Vector(Double(column) + 0.5 - center.x, Double(row) + 0.5 - center.y)
                let amount = min(max(share(offset.length / scale), 0), 1)
                let index = row * side + column
                pixels[index] = pixels[index].mixed(with: color, amount)
            }
        }
    }

    private func clamped(_ coordinate: Double) -> Int {
        Int(min(max(coordinate, 0), Double(side - 1)))
    }
}
