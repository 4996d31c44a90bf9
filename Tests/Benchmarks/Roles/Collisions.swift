import CBenchmarkBaseline
import Parley

/// A level of 10,082 triangles: rays through it, and a capsule that walks on it.
enum Collisions {
    private static let side: Int32 = 71

    private static let hills: [Collider] = (0..<side).flatMap { x in
        (0..<side).flatMap { y -> [Collider] in
            let (a, b) = (corner(x, y), corner(x + 1, y))
            let (c, d) = (corner(x + 1, y + 1), corner(x, y + 1))
            return [.triangle(a, b, c), .triangle(a, c, d)]
        }
    }

    private static func corner(_ x: Int32, _ y: Int32) -> Vector3 {
        Vector3(Double(x - side / 2), Double(y - side / 2), bench_hill(x, y))
    }

    static func rays(_ arguments: RoleArguments) {
        measure(arguments) { world, state in
            let from = Vector3(bench_random(&state) * 60 - 30, bench_random(&state) * 60 - 30, 2)
            let way = Vector3(bench_random(&state) * 40 - 20, bench_random(&state) * 40 - 20, -3)
            return world.cast(from: from, by: way)?.fraction ?? 1
        }
    }

    static func moves(_ arguments: RoleArguments) {
        let body = CollisionShape.standing(radius: 0.4, height: 1.8)
        var place = Vector3(0, 0, 3)
        measure(arguments) { world, state in
            let (x, y) = (bench_random(&state) - 0.5, bench_random(&state) - 0.5)
            let way = Vector3(x * 0.3 - place.x * 1e-3, y * 0.3 - place.y * 1e-3, -0.05)
            place = world.move(body, from: place, by: way).position
            return place.z
        }
    }

    private static func measure(
        _ arguments: RoleArguments, _ body: (CollisionWorld, inout UInt64) -> Double
    ) {
        let world = CollisionWorld(hills)
        let count = Int64(arguments["iterations"])
        var (sum, state) = (0.0, UInt64(1))
        let began = bench_now()
        for _ in 0..<count { sum += body(world, &state) }
        RoleProcess.say([
            "nanoseconds": bench_now() - began, "count": count, "sum": Int64(sum),
        ])
    }
}
