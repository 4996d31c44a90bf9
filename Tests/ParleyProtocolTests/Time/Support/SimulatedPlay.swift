import ParleyProtocol
import ParleySimulation
import ParleySockets

/// A client and a server that play, on simulated links and simulated clocks.
struct SimulatedPlay {
    enum Event {
        case serverTick
        case clientFrame
        case packet(CommandBundle<Int>)
        case snapshot(tick: Tick, report: CommandReport)
    }

    /// What can be set before it begins.
    struct Settings {
        var tickRate = 60
        var snapshotRate = 20
        /// Frames a second of the client, which looks for due ticks once a frame.
        var frameRate = 60.0
        var link = LinkProfile.perfect
        /// By how many seconds a second the client's clock is too fast.
        var drift = 0.0
        var seed: UInt64 = 1
        /// Whether the clock knows that it is asked once a frame.
        var isPolled = true
        /// How often a player changes what the hands do, a second.
        var changesPerSecond = 4.0
    }

    var settings: Settings
    var generator: SeededGenerator
    var events = EventQueue<Event>()
    var now = 0.0
    var toServer: Link
    var toClient: Link

    var clock: InputClock
    var sender = CommandSender<Int>()
    var queue: TypedCommandQueue<Int>
    var serverTick = Tick(number: 0)
    /// When each command was given, by its tick.
    var given: [UInt32: Double] = [:]
    var hand = 0

    private var clientPausedUntil = 0.0
    private var clientClockStopped = 0.0
    var isServerPaused = false

    /// The counts since the last reset.
    private(set) var speeds: ClosedRange<Double> = 1...1
    private(set) var longestDelay = 0.0
    private var before = CommandStatistics()
    /// Called after each tick of the server, with what it took.
    var onTick: ((inout SimulatedPlay, TypedCommandQueue<Int>.TickCommand) -> Void)?
    /// Called when the client gives a command.
    var onCommand: ((Int, Tick) -> Void)?
    /// Called when the snapshot of a tick reaches the client.
    var onSnapshot: ((Tick) -> Void)?

    init(_ settings: Settings) {
        self.settings = settings
        generator = SeededGenerator(seed: settings.seed)
        toServer = Link(settings.link)
        toClient = Link(settings.link)
        let latency = settings.link.latency
        let start = Tick(number: 1_000)
        clock = InputClock(
            tickRate: settings.tickRate, serverTick: start,
            roundTrip: latency * 2, at: latency,
            isPolled: settings.isPolled)
        queue = TypedCommandQueue(
            tickRate: settings.tickRate, standIn: CommandStandIn(idle: 0), after: start, at: .zero)
        serverTick = start
        events.add(.serverTick, at: 1 / Double(settings.tickRate))
        events.add(.clientFrame, at: latency / .seconds(1))
    }

    /// Ticks without a command.
    var missed: UInt64 {
        queue.statistics.repeated + queue.statistics.idle - before.repeated - before.idle
    }

    /// The same as a share of all ticks.
    var missedShare: Double {
        Double(missed) / Double(max(1, missed + queue.statistics.onTime - before.onTime))
    }

    mutating func forgetCounts() {
        before = queue.statistics
        longestDelay = 0
    }

    mutating func setLink(_ profile: LinkProfile) {
        toServer.profile = profile
        toClient.profile = profile
    }

    /// The client does nothing for so many seconds, as if its machine slept.
    mutating func pauseClient(for seconds: Double, clockStopsToo: Bool) {
        clientPausedUntil = now + seconds
        if clockStopsToo { clientClockStopped += seconds }
    }

    /// The client's clock, which drifts.
    private var clientTime: Duration {
        .seconds((now - clientClockStopped) * (1 + settings.drift))
    }

    /// Plays until a time, in seconds.
    mutating func run(until end: Double) {
        while let (time, event) = events.next(before: end) {
            now = time
            switch event {
            case .serverTick: runServerTick()
            case .clientFrame: runClientFrame()
            case .packet(let bundle): queue.receive(bundle, at: .seconds(now))
            case .snapshot(let tick, let report): receive(report, of: tick)
            }
        }
        now = end
    }

    private mutating func runServerTick() {
        events.add(.serverTick, at: now + 1 / Double(settings.tickRate))
        guard !isServerPaused else { return }
        serverTick = serverTick.advanced(by: 1)
        let taken = queue.take(serverTick, at: .seconds(now))
        if taken.origin == .given, let time = given[serverTick.number] {
            longestDelay = max(longestDelay, now - time)
        }
        given[serverTick.number] = nil
        onTick?(&self, taken)
        guard Int(serverTick.number) % (settings.tickRate / settings.snapshotRate) == 0
        else { return }
        let report = queue.takeReport()
        send(.snapshot(tick: serverTick, report: report), over: \.toClient)
    }

    private mutating func runClientFrame() {
        events.add(.clientFrame, at: now + 1 / settings.frameRate)
        guard now >= clientPausedUntil else { return }
        let due = clock.dueTicks(at: clientTime)
        speeds = min(speeds.lowerBound, clock.speed)...max(speeds.upperBound, clock.speed)
        for tick in due.ticks {
            let share = settings.changesPerSecond / Double(settings.tickRate)
            if Double.random(in: 0..<1, using: &generator) < share {
                hand = Int.random(in: 1...1_000, using: &generator)
            }
            sender.append(hand, for: tick)
            onCommand?(hand, tick)
            given[tick.number] = now
            guard let bundle = sender.nextBundle(redundancy: clock.redundancy) else { continue }
            send(.packet(bundle), over: \.toServer)
        }
    }

    private mutating func send(_ event: Event, over path: WritableKeyPath<Self, Link>) {
        let time = NetworkInstant(nanoseconds: Int64(now * 1e9))
        var link = self[keyPath: path]
        let outcome = link.carry(100, at: time, using: &generator)
        self[keyPath: path] = link
        guard case .delivered(let transit, let copy) = outcome else { return }
        for arrival in [transit.arrival, copy?.arrival].compactMap(\.self) {
            events.add(event, at: Double(arrival.nanoseconds) / 1e9)
        }
    }

    private mutating func receive(_ report: CommandReport, of tick: Tick) {
        // A sleeping client receives nothing.
        guard now >= clientPausedUntil else { return }
        sender.acknowledge(through: report.taken)
        clock.receive(report, at: clientTime)
        onSnapshot?(tick)
    }
}
