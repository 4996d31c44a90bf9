import ParleyCollision

/// Random numbers from a seed (SplitMix64), and random pieces of worlds.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    mutating func number(_ range: ClosedRange<Double>) -> Double {
        Double.random(in: range, using: &self)
    }

    /// A position or a motion, in a cube around the origin.
    mutating func vector(_ reach: Double) -> Vector3 {
        let range = -reach...reach
        return Vector3(number(range), number(range), number(range))
    }

    mutating func flatVector(_ reach: Double) -> Vector3 {
        Vector3(number(-reach...reach), number(-reach...reach))
    }

    mutating func shape() -> CollisionShape {
        switch Int.random(in: 0..<4, using: &self) {
        case 0: .sphere(radius: number(0.05...0.8))
        case 1: .standing(radius: number(0.1...0.5), height: number(1...2))
        case 2: .capsule(radius: number(0.05...0.4), halfAxis: vector(0.7))
        default: .box(halfSides: Vector3(number(0.1...0.8), number(0.1...0.8), number(0.1...0.8)))
        }
    }

    mutating func flatShape() -> CollisionShape {
        switch Int.random(in: 0..<3, using: &self) {
        case 0: .sphere(radius: number(0.05...0.8))
        case 1: .capsule(radius: number(0.05...0.4), halfAxis: flatVector(0.7))
        default: .box(halfSides: Vector3(number(0.1...0.8), number(0.1...0.8)))
        }
    }

    /// Triangles of all sizes in a cube, some of them long and thin, and some boxes and segments.
    mutating func clutter(_ count: Int, reach: Double) -> [Collider] {
        (0..<count).map { _ in
            let place = vector(reach)
            switch Int.random(in: 0..<8, using: &self) {
            case 0:
                let half = Vector3(number(0.1...2), number(0...2), number(0.1...2))
                return .box(low: place - half, high: place + half)
            case 1: return .segment(place, place + vector(3))
            default:
                let size = number(0.1...4)
                return .triangle(place, place + vector(size), place + vector(size))
            }
        }
    }

    /// Walls and boxes in two dimensions.
    mutating func flatClutter(_ count: Int, reach: Double) -> [Collider] {
        (0..<count).map { index in
            let place = flatVector(reach)
            guard index % 3 == 0 else { return .segment(place, place + flatVector(4)) }
            let half = Vector3(number(0.1...2), number(0.1...2))
            return .box(low: place - half, high: place + half)
        }
    }
}

/// A hilly ground around the origin: `side`² squares of a metre, of two triangles each.
func hills(side: Int, height: Double = 1, seed: UInt64 = 1) -> [Collider] {
    var generator = SeededGenerator(seed: seed)
    let heights = (0...side).map { _ in (0...side).map { _ in generator.number(0...height) } }
    func corner(_ x: Int, _ y: Int) -> Vector3 {
        Vector3(Double(x - side / 2), Double(y - side / 2), height == 0 ? 0 : heights[x][y])
    }
    return (0..<side).flatMap { x in
        (0..<side).flatMap { y -> [Collider] in
            let (a, b) = (corner(x, y), corner(x + 1, y))
            let (c, d) = (corner(x + 1, y + 1), corner(x, y + 1))
            return [.triangle(a, b, c), .triangle(a, c, d)]
        }
    }
}
