import Glibc

/// What something costs: the time until it is done, and how much of it this process was running.
struct Stopwatch {
    private let start = ContinuousClock.now
    private let processorStart = Self.processorSeconds

    /// Seconds since it was started.
    var seconds: Double { (ContinuousClock.now - start) / .seconds(1) }

    /// Seconds of processor time since it was started.
    var processorSeconds: Double { Self.processorSeconds - processorStart }

    private static var processorSeconds: Double {
        var time = timespec()
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
}
