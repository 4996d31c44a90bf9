/// A clock that counts ticks, and is steered by running a little faster or slower.
///
/// It jumps only on request, so input and picture never change their speed by more than a
/// twentieth.
struct SlewedClock: Sendable {
    /// How much faster or slower than the nominal rate it may run.
    static let maximumSlew = 0.05

    /// Seconds in which an error is corrected, when the limit allows it.
    private static let horizon = 0.5

    /// Ticks a second when it is not steered.
    let rate: Double

    /// How fast it runs, 1 being the nominal rate.
    private(set) var speed = 1.0

    private var anchor: Double
    private var anchoredPosition: Double

    /// A clock that shows a position, in ticks, at a time, in seconds.
    init(rate: Double, position: Double, at time: Double) {
        self.rate = rate
        anchor = time
        anchoredPosition = position
    }

    /// The position at a time. Time that runs backwards stands still.
    func position(at time: Double) -> Double {
        anchoredPosition + max(0, time - anchor) * rate * speed
    }

    /// When it shows, or showed, a position if its speed never changes.
    func time(of position: Double) -> Double {
        anchor + (position - anchoredPosition) / (rate * speed)
    }

    /// Chooses the speed that leads to where it should be.
    mutating func steer(to target: Double, at time: Double) {
        let elapsed = max(0, time - anchor)
        anchoredPosition = position(at: time)
        anchor = max(anchor, time)
        let error = (target - anchoredPosition) / rate
        guard error.isFinite else { return }
        // A caller that steers rarely must correct slowly, or the clock overshoots meanwhile.
        let slew = error / max(Self.horizon, elapsed)
        speed = 1 + min(max(slew, -Self.maximumSlew), Self.maximumSlew)
    }

    /// Shows another position from now on, at the nominal speed.
    mutating func jump(to position: Double, at time: Double) {
        guard position.isFinite, time.isFinite else { return }
        anchoredPosition = position
        anchor = time
        speed = 1
    }
}
