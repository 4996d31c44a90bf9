internal import ParleySockets

extension SimulatedHost {
    /// How fast the host's clock runs: 1 for a clock that is right, 1.1 for one that gains six seconds
    /// in a minute. From 0.001 to 1,000.
    ///
    /// ``clock``, sleeps and timers of code on this host, and its date, are in the host's time. Links,
    /// pauses, outages and other hosts are not. A change bends the clock: it goes on from what it shows,
    /// and timers that wait keep their deadlines in the host's time. A `NetworkConditioner` on the host
    /// runs by the host's clock, as it does on real sockets.
    ///
    /// The clock survives a crash, with its rate.
    public var clockRate: Double {
        get { time.rate }
        set {
            precondition(self !== fabric.home, "the simulation's own clock is always right")
            note("has a clock that runs at \(newValue)")
            time.rate = newValue
        }
    }

    func drawClockRate(from rates: ClosedRange<Double>) {
        clockRate =
            rates.lowerBound
            + (rates.upperBound - rates.lowerBound) * scheduler.random.fraction()
    }
}
