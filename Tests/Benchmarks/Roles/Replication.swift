import CBenchmarkBaseline
import Parley

/// Snapshots of three scenes.
enum Replication {
    /// Numbers travel between the processes as whole thousandths.
    static let parts = 1000.0

    /// The cost of a state for each client that receives it.
    static func crowd(_ arguments: RoleArguments) {
        let clientCount = 100
        var scene = CrowdScene(clientCount: clientCount)
        var (quantising, writing, acknowledging) = (Int64(0), Int64(0), Int64(0))
        let rounds = max(arguments["rounds"], 40)
        var bytes = 0
        for round in 1...rounds {
            scene.walk()
            let began = bench_now()
            scene.quantise()
            let quantised = bench_now()
            let written = scene.write()
            let wrote = bench_now()
            scene.acknowledge(snapshot: round)
            // In the first ones everything is new.
            guard round > 20 else { continue }
            quantising += quantised - began
            writing += wrote - quantised
            acknowledging += bench_now() - wrote
            bytes += written
        }
        let shown = Double((rounds - 20) * clientCount * CrowdScene.visibleCount)
        let entities = Double((rounds - 20) * CrowdScene.walkerCount)
        say([
            "quantise": Double(quantising) / entities,
            "pair": Double(quantising + writing) / shown,
            "acknowledge": Double(acknowledging) / shown, "bytes": Double(bytes) / shown,
        ])
    }

    /// The 901 cubes at 60 snapshots a second, acknowledged 100 ms later, for a minute.
    static func cubes(_ arguments: RoleArguments) throws {
        var scene = CubeScene()
        var schema = ReplicationSchema()
        let type = schema.register(Cube.self, named: "cube")
        var run = try ReplicationRun(schema: schema, budget: 12_000, delay: 6) { server in
            scene.cubes.compactMap { server.spawn($0, as: type) }
        }
        var (bytes, moving) = (0, 0)
        let seconds = max(arguments["seconds"], 4)
        for tick in 1...60 * (seconds + 3) {
            scene.advance()
            let sent = try run.step(tick: UInt32(tick)) { server, handles in
                for (handle, cube) in zip(handles, scene.cubes) {
                    server.update(handle, cube, as: type)
                }
            }
            // The field itself comes first, in three seconds.
            guard tick > 180 else { continue }
            bytes += sent
            moving += scene.movingCount
        }
        say([
            "kilobits": Double(bytes) * 8 / 1000 / Double(seconds),
            "bytes": Double(bytes) / Double(moving),
            "moving": Double(moving) / Double(60 * seconds),
        ])
    }

    /// 5,000 walkers for a client that comes: 60 ticks a second, 4,800 bytes each, 100 ms.
    static func lateJoin(_ arguments: RoleArguments) throws {
        var schema = ReplicationSchema()
        let type = schema.register(Walker.self, named: "walker")
        var run = try ReplicationRun(schema: schema, budget: 4800, delay: 6) { server in
            (0..<5000).compactMap { index in
                server.spawn(
                    Walker(x: Double(index % 71) * 10 - 355, y: Double(index / 71) * 10), as: type)
            }
        }
        var (ticks, bytes) = (0, 0)
        while run.receiver.entities.count < 5000, ticks < 600 {
            ticks += 1
            bytes += try run.step(tick: UInt32(ticks)) { _, _ in }
        }
        say([
            "seconds": Double(ticks) / 60 + 0.05, "bytes": Double(bytes) / 5000,
            "longest": Double(run.longest),
        ])
    }

    private static func say(_ figures: [String: Double]) {
        RoleProcess.say(figures.mapValues { Int64($0 * parts) })
    }
}
