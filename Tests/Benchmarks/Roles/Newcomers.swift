import CBenchmarkBaseline
import Parley

/// Players who try once to get into a game.
enum Newcomers {
    /// Each begins a tenth of a second after the one before. Reports how many got in, and how long that took
    /// from connecting to the welcome.
    static func join(_ arguments: RoleArguments) async throws {
        try await ConnectionManager.run { manager in
            RoleProcess.ready()
            let clock = manager.network.clock
            let start = clock.now
            let times = await withTaskGroup(of: Int64?.self) { group in
                for number in 0..<arguments["players"] {
                    group.addTask {
                        let begin = start.advanced(by: .milliseconds(100) * number)
                        try? await clock.sleep(until: begin, tolerance: nil)
                        let began = bench_now()
                        let joined = try? await PlayLoad.join(manager, number, arguments)
                        return joined == nil ? nil : bench_now() - began
                    }
                }
                return await group.reduce(into: [Int64]()) { times, time in
                    if let time { times.append(time) }
                }
            }
            RoleProcess.say([
                "joined": Int64(times.count),
                "median": times.isEmpty ? 0 : Int64(times.map(Double.init).median),
                "longest": times.max() ?? 0,
            ])
        }
    }
}
