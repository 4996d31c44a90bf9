internal import ParleySockets

/// What a simulated host has beside sockets: a date, and records that survive a crash.
///
/// Each life of a host has its own, with a copy of the records: those of a life that is over change
/// nothing for the next.
final class SimulatedMachine: Machine {
    private let time: HostTime
    /// The records, which every simulated machine has.
    let kept: MachineRecords
    private let otherRecords: @Sendable (SocketAddress) -> MachineRecords?

    /// - Parameter otherRecords: Finds the records of the host at an address.
    init(
        time: HostTime, records: MachineRecords,
        otherRecords: @escaping @Sendable (SocketAddress) -> MachineRecords?
    ) {
        self.time = time
        kept = records
        self.otherRecords = otherRecords
    }

    var records: MachineRecords? { kept }

    func records(at address: SocketAddress) -> MachineRecords? { otherRecords(address) }

    /// The date by the host's clock, until the host is set to another.
    var date: Int64 { time.date }

    /// Runs the work at once: a simulation has one thread, and virtual time passes beside none of it.
    func runBlocking(_ work: @escaping @Sendable () -> Void) {
        work()
    }
}
