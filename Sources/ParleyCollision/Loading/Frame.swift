/// An affine transform, given by the images of the axes and of the origin.
struct Frame: Hashable, Sendable {
    var x = Vector3(1, 0, 0)
    var y = Vector3(0, 1, 0)
    var z = Vector3(0, 0, 1)
    var origin = Vector3.zero

    static let identity = Frame()

    func turn(_ motion: Vector3) -> Vector3 { x * motion.x + y * motion.y + z * motion.z }

    func move(_ position: Vector3) -> Vector3 { turn(position) + origin }

    /// Returns the transform that applies this one first and the other then.
    func then(_ other: Frame) -> Frame {
        Frame(
            x: other.turn(x), y: other.turn(y), z: other.turn(z), origin: other.move(origin))
    }

    static func translation(_ motion: Vector3) -> Frame { Frame(origin: motion) }

    static func scaling(_ factor: Vector3) -> Frame {
        Frame(
            x: Vector3(factor.x, 0, 0), y: Vector3(0, factor.y, 0), z: Vector3(0, 0, factor.z))
    }

    /// Returns a rotation, counterclockwise around an axis that points to the viewer (Rodrigues 1840).
    static func rotation(degrees: Double, around axis: Vector3) -> Frame {
        let axis = axis.unit
        let (sine, cosine) = Angle.sineAndCosine(degrees: degrees)
        func turn(_ motion: Vector3) -> Vector3 {
            motion * cosine + axis.cross(motion) * sine + axis * (axis.dot(motion) * (1 - cosine))
        }
        return Frame(
            x: turn(Vector3(1, 0, 0)), y: turn(Vector3(0, 1, 0)), z: turn(Vector3(0, 0, 1)))
    }
}

/// Sines and cosines by sums and products alone. Those of the system differ in their last bits between
/// machines, and a map must be the same on all of them.
enum Angle {
    static func sineAndCosine(degrees: Double) -> (sine: Double, cosine: Double) {
        guard degrees.isFinite else { return (0, 1) }
        let turn = degrees.truncatingRemainder(dividingBy: 360)
        // Quarter turns are exact, and the rest is at most an eighth of a turn.
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

    /// Sums a Taylor series from its smallest term on. At an eighth of a turn the tenth term is below
    /// 10⁻²⁰.
    private static func series(_ first: Double, firstPower: Double, _ square: Double) -> Double {
        var sum = 1.0
        for term in stride(from: 10.0, to: 0, by: -1) {
            let power = firstPower + 2 * term
            sum = 1 - sum * square / (power * (power - 1))
        }
        return first * sum
    }
}
