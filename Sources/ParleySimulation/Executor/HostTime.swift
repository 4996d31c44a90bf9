internal import ParleySockets

/// The time of a simulated host: the one place where its instants and those of the scheduler meet.
///
/// It survives crashes, as the clock of a machine does.
///
/// `@unchecked Sendable`: touched only by the thread that drives the simulation.
final class HostTime: @unchecked Sendable {
    private let scheduler: Scheduler
    private var clock = HostClock()
    /// How many seconds the host's date is ahead of its clock.
    var dateOffset: Int64 = 0

    /// 2030-01-01T00:00:00Z, the date on which every simulation begins.
    private static let firstDate: Int64 = 1_893_456_000

    init(scheduler: Scheduler) {
        self.scheduler = scheduler
    }

    /// What the host's clock shows.
    var now: NetworkInstant { clock.time(at: scheduler.now) }

    /// The date that the host believes in, in seconds since 1970.
    var date: Int64 { Self.firstDate + dateOffset + now.nanoseconds / 1_000_000_000 }

    /// When the clock shows `time`, in the scheduler's time.
    func trueTime(of time: NetworkInstant) -> NetworkInstant { clock.trueTime(of: time) }

    /// The rate of the clock. Timers that wait keep their deadlines in the host's time.
    var rate: Double {
        get { clock.rate }
        set {
            clock.setRate(newValue, at: scheduler.now)
            scheduler.moveTimers(of: self)
        }
    }
}
