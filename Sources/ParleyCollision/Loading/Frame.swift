/// A change of place: what a point at the origin and the three axes become.
struct Frame: Hashable, Sendable {
    var x = Vector3(1, 0, 0)
    var y = Vector3(0, 1, 0)
    var z = Vector3(0, 0, 1)
    var origin = Vector3.zero

    static let identity = Frame()

    func turn(_ way: Vector3) -> Vector3 { x * way.x + y * way.y + z * way.z }

    func move(_ place: Vector3) -> Vector3 { turn(place) + origin }

    /// First this change, then the other.
    func then(_ other: Frame) -> Frame {
        Frame(
            x: other.turn(x), y: other.turn(y), z: other.turn(z), origin: other.move(origin))
    }

    static func translation(_ way: Vector3) -> Frame { Frame(origin: way) }

    static func scaling(_ factor: Vector3) -> Frame {
        Frame(
            x: Vector3(factor.x, 0, 0), y: Vector3(0, factor.y, 0), z: Vector3(0, 0, factor.z))
    }

    /// Counterclockwise around an axis that points to the viewer (Rodrigues 1840).
    static func rotation(degrees: Double, around axis: Vector3) -> Frame {
        let axis = axis.unit
        let (sine, cosine) = Angle.sineAndCosine(degrees: degrees)
        func turn(_ way: Vector3) -> Vector3 {
            way * cosine + axis.cross(way) * sine + axis * (axis.dot(way) * (1 - cosine))
        }
        return Frame(
            x: turn(Vector3(1, 0, 0)), y: turn(Vector3(0, 1, 0)), z: turn(Vector3(0, 0, 1)))
    }
}

/// Sines and cosines from sums and products alone: those of the system differ in their last bits
/// from one machine to the next, and a map has to be the same on all.
enum Angle {
    static func sineAndCosine(degrees: Double) -> (sine: Double, cosine: Double) {
        guard degrees.isFinite else { return (0, 1) }
        let turn = degrees.truncatingRemainder(dividingBy: 360)
        // Quarter turns are exact, and what is left is at most an eighth of a turn.
        let quarters = (turn / 90).rounded()
        let rest = (turn - quarters * 90) * (Double.pi / 180)
        let (sine, cosine) = (
            series(rest, firstPower: 1, rest * rest), series(1, firstPower: 0, rest * rest)
        )
        return switch (Int(quarters) % 4 + 4) % 4 {
        case 0: (sine, cosine)
        case 1: (cosine, -sine)
        case 2: (-sine, -cosine)
        default: (-cosine, sine)
        }
    }

    /// Taylor's series from its smallest term on: at an eighth of a turn the tenth is below 10⁻²⁰.
    private static func series(_ first: Double, firstPower: Double, _ square: Double) -> Double {
        var sum = 1.0
        for term in stride(from: 10.0, to: 0, by: -1) {
            let power = firstPower + 2 * term
            sum = 1 - sum * square / (power * (power - 1))
        }
        return first * sum
    }
}
