/// The clock of the moment at which a client draws remote entities.
///
/// Some snapshots arrive late, and some never. The clock keeps so far behind them that there are
/// nearly always two to interpolate between: by the time from one to the next, by the lateness of
/// all but 1 % of those of the last 10 s, and by another snapshot where some are lost. When that
/// changes it runs up to 5 % faster or slower, so nothing on the screen jumps. It jumps when it is
/// off by more than half a second.
public struct InterpolationClock: Sendable {
    private static let ignoredShare = 0.01
    private static let jumpLimit = 0.5
    private static let longestSpread = 0.25
    private static let remembered = 15

    /// Ticks a second, on the server's clock.
    public let tickRate: Int

    private let period: Double
    private var clock: SlewedClock?
    private var delays = DelayWindow()
    private var gaps: [Int] = []
    private var newest: Tick?
    private var usual = 0.0
    private var needed = 0.0

    /// The share of snapshots that did not come, or came behind a newer one.
    public private(set) var loss = LossRate()

    /// How often the clock jumped, its beginning not counted.
    public private(set) var jumps = 0

    /// A clock that waits for the first snapshot.
    public init(tickRate: Int) {
        self.tickRate = max(1, tickRate)
        period = 1 / Double(self.tickRate)
    }

    /// How fast it runs: 0.95 to 1.05 times the tick rate.
    public var speed: Double { clock?.speed ?? 1 }

    /// Ticks from one snapshot to the next.
    public var interval: Int {
        gaps.isEmpty ? 1 : gaps.sorted()[gaps.count / 2]
    }

    /// How far behind a usual snapshot's arrival its moment is to be shown.
    public var delay: Duration { .seconds(spread + lag) }

    /// A snapshot came, also one that is late or came twice.
    public mutating func receive(_ tick: Tick, at now: Duration) {
        let now = now.inSeconds
        if let newest {
            guard tick > newest else { return }
            note(gap: newest.distance(to: tick))
        }
        let lateness = now - Double(tick.number) * period
        usual = newest == nil ? lateness : usual + (lateness - usual) / 16
        newest = tick
        delays.add(lateness, at: now)
        needed = delays.worst(excluding: Self.ignoredShare, at: now) ?? lateness
        guard let clock else {
            self.clock = SlewedClock(rate: Double(tickRate), position: target(at: now), at: now)
            return
        }
        let recent = delays.median(ofNewest: 3) ?? lateness
        let error = (now - recent - spread - lag) - clock.position(at: now) * period
        guard delays.count >= 3, abs(error) > Self.jumpLimit else { return }
        delays = DelayWindow()
        delays.add(recent + spread, at: now)
        needed = recent + spread
        usual = recent
        let target = target(at: now)
        self.clock?.jump(to: target, at: now)
        jumps += 1
    }

    /// The moment to draw; nil before the first snapshot. Call it once a frame.
    public mutating func moment(at now: Duration) -> TickTime? {
        let now = now.inSeconds
        let target = target(at: now)
        clock?.steer(to: target, at: now)
        return clock.map { TickTime(ticks: $0.position(at: now)) }
    }

    /// The time for lateness beyond the usual.
    private var spread: Double { min(max(0, needed - usual), Self.longestSpread) }

    /// The time for the next snapshot to arrive.
    private var lag: Double {
        let spare = loss.share < 0.01 ? 1.0 : loss.share < 0.1 ? 2 : 3
        return Double(interval) * spare * period
    }

    private func target(at now: Double) -> Double {
        (now - usual - spread - lag) / period
    }

    private mutating func note(gap: Int) {
        gaps.append(gap)
        if gaps.count > Self.remembered { gaps.removeFirst() }
        loss.note(isLost: false)
        let lost = gap / max(1, interval) - 1
        for _ in 0..<min(max(0, lost), 32) { loss.note(isLost: true) }
    }
}
