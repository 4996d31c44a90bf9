internal import ParleySockets

/// What a simulated host has beside sockets: a date that follows virtual time until it is set, and records
/// that survive a crash.
///
/// `@unchecked Sendable`: its variable is touched only by the thread that drives the simulation.
final class SimulatedMachine: Machine, @unchecked Sendable {
    private let scheduler: Scheduler
    let records: MachineRecords? = MachineRecords()
    private let otherRecords: @Sendable (SocketAddress) -> MachineRecords?

    /// How many seconds the date is ahead of virtual time.
    var dateOffset: Int64 = 0

    /// 2030-01-01T00:00:00Z, the date on which every simulation begins.
    private static let firstDate: Int64 = 1_893_456_000

    /// - Parameter otherRecords: Finds the records of the host at an address.
    init(
        scheduler: Scheduler,
        otherRecords: @escaping @Sendable (SocketAddress) -> MachineRecords?
    ) {
        self.scheduler = scheduler
        self.otherRecords = otherRecords
    }

    func records(at address: SocketAddress) -> MachineRecords? { otherRecords(address) }

    var date: Int64 { Self.firstDate + dateOffset + scheduler.now.nanoseconds / 1_000_000_000 }

    /// Runs the work at once: a simulation has one thread, and virtual time passes beside none of it.
    func runBlocking(_ work: @escaping @Sendable () -> Void) {
        work()
    }
}
