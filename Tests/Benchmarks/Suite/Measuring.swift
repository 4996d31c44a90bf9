import Foundation

extension Child {
    /// Measures between two samples: the cost of each counted thing, and the rate.
    func measure(_ pace: Pace) throws -> Workload.Figures {
        Thread.sleep(forTimeInterval: pace.warmUp)
        let before = try sample()
        Thread.sleep(forTimeInterval: pace.duration)
        let after = try sample()
        let count = after.count - before.count
        let wall = after.wall - before.wall
        guard count > 0 else { throw ChildFailure("nothing was counted") }
        return [
            "cpu": (after.cpu - before.cpu) / count * 1e6,
            "rate": count / wall,
            "load": (after.cpu - before.cpu) / wall * 100,
            "allocations": (after.allocations - before.allocations) / count,
        ]
    }
}

extension Pace {
    var nanoseconds: Int { Int(duration * 1e9) }
}
