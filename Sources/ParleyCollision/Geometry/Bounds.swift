/// An axis-aligned bounding box.
struct Bounds: Hashable, Sendable {
    var low: Vector3
    var high: Vector3

    /// The bounds of nothing. Joined with others, it is equal to them.
    static let empty = Bounds(
        low: Vector3(.infinity, .infinity, .infinity),
        high: Vector3(-.infinity, -.infinity, -.infinity))

    var center: Vector3 { (low + high) * 0.5 }

    /// Half of the surface, which is proportional to the probability that a random line hits the box.
    var halfSurface: Double {
        let side = high - low
        return side.x * side.y + side.y * side.z + side.z * side.x
    }

    mutating func join(_ other: Bounds) {
        low = low.zip(other.low, min)
        high = high.zip(other.high, max)
    }

    @inline(__always)
    func meets(_ other: Bounds) -> Bool {
        low.x <= other.high.x && other.low.x <= high.x
            && low.y <= other.high.y && other.low.y <= high.y
            && low.z <= other.high.z && other.low.z <= high.z
    }
}
