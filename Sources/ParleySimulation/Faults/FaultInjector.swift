internal import ParleySockets

/// Injects the simulation's faults at random times.
///
/// `@unchecked Sendable`: touched only by the thread that drives the simulation.
final class FaultInjector: @unchecked Sendable {
    private unowned let fabric: Fabric

    /// The time between two draws.
    private static let interval = Duration.milliseconds(50)
    private static let throwsPerMinute = 1_200.0

    init(fabric: Fabric) {
        self.fabric = fabric
    }

    private var scheduler: Scheduler { fabric.scheduler }

    func start() {
        scheduler.scheduleInBackground(after: Self.interval) {
            self.throwDice()
            self.start()
        }
    }

    private func throwDice() {
        let faults = fabric.faults
        strike(faults.resets) { $0.resetConnections() }
        strike(faults.rebindings) { $0.rebind() }
        strike(faults.pauses) { $0.pause(for: self.part(of: faults.longestPause)) }
        strike(faults.partitions) { host in
            let directions = SimulatedHost.Direction.allCases
            let direction = directions[self.scheduler.random.index(below: directions.count)]
            host.isolate(direction, for: self.part(of: faults.longestPartition))
        }
        strike(faults.clogs) { host in
            let others = self.fabric.hosts
            let other = others[self.scheduler.random.index(below: others.count)]
            self.fabric.clog(from: host, to: other, for: self.part(of: faults.longestClog))
        }
        strike(faults.crashes) { host in
            guard host.power.programs > 0 else { return }
            host.crash(for: self.part(of: faults.longestOutage))
        }
        strike(faults.clockChanges) { $0.drawClockRate(from: faults.clockRates) }
    }

    /// Injects `fault` into a random host, if the draw says so.
    private func strike(_ rate: Double, _ fault: (SimulatedHost) -> Void) {
        guard rate > 0 else { return }
        let victims = fabric.hosts.filter(\.power.isExposed)
        let expected = rate * Double(victims.count) / Self.throwsPerMinute
        guard !victims.isEmpty, scheduler.random.happens(expected) else { return }
        fault(victims[scheduler.random.index(below: victims.count)])
    }

    private func part(of longest: Duration) -> Duration {
        .nanoseconds(Int64(Double(longest.wholeNanoseconds) * scheduler.random.fraction()))
    }
}
