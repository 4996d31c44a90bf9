import Parley

/// A cube of Fiedler's scene: "Snapshot Compression" and "State Synchronization" give the fields.
struct Cube: Replicated {
    var position = SIMD3<Double>()
    var rotation = SIMD4<Double>(0, 0, 0, 1)
    var isTouched = false

    mutating func fields(_ visit: inout some FieldVisitor) {
        visit("x", &position.x, .fixed(in: -256...256, precision: 1 / 512))
        visit("y", &position.y, .fixed(in: -256...256, precision: 1 / 512))
        visit("z", &position.z, .fixed(in: 0...32, precision: 1 / 512))
        visit("rotation", &rotation, .rotation(bits: 9))
        visit("is touched", &isTouched)
    }
}

/// The 901 cubes, without a physics engine: one large cube that a player rolls through 900 small ones.
///
/// A small cube nearer than 3 m is thrown away from the large one and spun; thrown cubes fly,
/// bounce at half their speed, roll with friction, and come to rest. They do not touch each other.
struct CubeScene {
    static let count = 901

    private(set) var cubes: [Cube]
    private var velocities: [SIMD3<Double>]
    private var spins: [SIMD3<Double>]
    private var time = 0.0
    private static let step = 1.0 / 60

    init() {
        cubes = (0..<Self.count).map { index in
            var cube = Cube()
            // The last one is the player's.
            cube.position =
                index == Self.count - 1
                ? SIMD3(-20, 0, 1)
                : SIMD3(Double(index % 30) - 14.5, Double(index / 30) - 14.5, 0.2)
            return cube
        }
        velocities = Array(repeating: SIMD3(), count: Self.count)
        spins = velocities
    }

    /// How many cubes moved in the last step.
    private(set) var movingCount = 0

    mutating func advance() {
        time += Self.step
        let player = Self.count - 1
        let before = cubes[player].position
        cubes[player].position = path(time)
        let way = cubes[player].position - before
        spin(player, by: SIMD3(-way.y, way.x, 0))
        movingCount = 1
        for index in 0..<player {
            push(index, from: cubes[player].position, way / Self.step)
            if velocities[index] != SIMD3() || cubes[index].position.z > 0.2 { move(index) }
        }
    }

    /// A figure that crosses the field again and again at 6 to 12 m/s, without a sine.
    private func path(_ time: Double) -> SIMD3<Double> {
        func wave(_ phase: Double) -> Double {
            let part = phase - phase.rounded(.down)
            let ramp = part < 0.5 ? part * 4 - 1 : 3 - part * 4
            return ramp * (1.5 - 0.5 * ramp * ramp)
        }
        return SIMD3(18 * wave(time / 7), 18 * wave(time / 11 + 0.25), 1)
    }

    private mutating func push(_ index: Int, from player: SIMD3<Double>, _ speed: SIMD3<Double>) {
        var away = cubes[index].position - player
        away.z = 0
        let distance = (away * away).sum().squareRoot()
        guard distance < 1.3, distance > 0.001 else { return }
        // No two blows are equally strong.
        let strength = 2 + Double(index % 5) * 0.7
        velocities[index] = away / distance * strength + speed * 0.4
        velocities[index].z = 1 + Double(index % 3)
        spins[index] = SIMD3(away.y, -away.x, Double(index % 2)) * 3
        cubes[index].isTouched = true
    }

    private mutating func move(_ index: Int) {
        movingCount += 1
        velocities[index].z -= 9.8 * Self.step
        cubes[index].position += velocities[index] * Self.step
        spin(index, by: spins[index] * Self.step)
        guard cubes[index].position.z <= 0.2 else { return }
        cubes[index].position.z = 0.2
        velocities[index].z = velocities[index].z < -1 ? velocities[index].z * -0.5 : 0
        velocities[index] *= SIMD3(0.94, 0.94, 1)
        spins[index] *= 0.94
        if (velocities[index] * velocities[index]).sum() < 0.01 {
            velocities[index] = SIMD3()
            spins[index] = SIMD3()
        }
    }

    /// Turns a cube by a small rotation vector.
    private mutating func spin(_ index: Int, by turn: SIMD3<Double>) {
        let q = cubes[index].rotation
        let h = turn / 2
        let change = SIMD4(
            h.x * q.w + h.y * q.z - h.z * q.y, h.y * q.w + h.z * q.x - h.x * q.z,
            h.z * q.w + h.x * q.y - h.y * q.x, -h.x * q.x - h.y * q.y - h.z * q.z)
        let turned = q + change
        cubes[index].rotation = turned / (turned * turned).sum().squareRoot()
    }
}
