import Glibc

/// Measures the real time of a run and the processor time of this process.
struct Stopwatch {
    private let start = ContinuousClock.now
    private let processorStart = Self.processorSeconds

    /// Seconds since the start.
    var seconds: Double { (ContinuousClock.now - start) / .seconds(1) }

    /// Seconds of processor time since the start.
    var processorSeconds: Double { Self.processorSeconds - processorStart }

    private static var processorSeconds: Double {
        var time = timespec()
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
}
