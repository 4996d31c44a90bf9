/// The part of the plane that a zone simulates.
public struct ZoneArea: Hashable, Sendable {
    /// The corner with the smallest coordinates, in the game's unit of length.
    public var minimum: SIMD2<Double>
    /// The opposite corner.
    public var maximum: SIMD2<Double>

    /// The rectangle between two corners.
    public static func box(_ minimum: SIMD2<Double>, _ maximum: SIMD2<Double>) -> ZoneArea {
        ZoneArea(minimum: minimum, maximum: maximum)
    }

    private init(minimum: SIMD2<Double>, maximum: SIMD2<Double>) {
        self.minimum = minimum
        self.maximum = maximum
    }

    /// Whether a position is inside. A border belongs to the area with the larger coordinates.
    public func contains(_ position: SIMD2<Double>) -> Bool {
        position.x >= minimum.x && position.y >= minimum.y && position.x < maximum.x
            && position.y < maximum.y
    }

    /// How far a position is from the area; 0 inside.
    public func distance(to position: SIMD2<Double>) -> Double {
        let outside = (minimum - position).clamped(
            lowerBound: .zero, upperBound: SIMD2(repeating: .greatestFiniteMagnitude))
        let beyond = (position - maximum).clamped(
            lowerBound: .zero, upperBound: SIMD2(repeating: .greatestFiniteMagnitude))
        let way = outside + beyond
        return (way * way).sum().squareRoot()
    }

    /// Whether two areas share a border or overlap.
    func touches(_ other: ZoneArea) -> Bool {
        minimum.x <= other.maximum.x && other.minimum.x <= maximum.x
            && minimum.y <= other.maximum.y && other.minimum.y <= maximum.y
    }
}
