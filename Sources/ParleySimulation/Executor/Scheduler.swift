internal import ParleySockets
internal import Synchronization

/// The scheduler of a simulation: it runs what can run, in an order that the seed chooses, and lets
/// virtual time pass only when nothing can.
///
/// `@unchecked Sendable`: only the thread that drives the simulation touches the variables. Work from
/// other threads, which simulated code should not cause, goes through the locked `strays`.
final class Scheduler: @unchecked Sendable {
    @safe @exclusivity(unchecked) private(set) var now = NetworkInstant(nanoseconds: 0)
    @safe @exclusivity(unchecked) var random: SeededGenerator
    let trace: Trace
    /// The loop whose work is running.
    @safe @exclusivity(unchecked) private(set) var current: SimulatedLoop?

    @safe @exclusivity(unchecked) private var runnable: [Runnable] = []
    @safe @exclusivity(unchecked) private var flushes:
        [(handler: any TurnEndHandler, loop: SimulatedLoop)] = []
    @safe @exclusivity(unchecked) private var timers = DeadlineQueue<ScheduledAction>()
    /// Timers that no task waits for: future faults.
    private var backgroundTimers = 0
    private var thread: UInt = 0
    private let strays = Mutex<[@Sendable () -> Void]>([])
    private let strayCount = Atomic<Int>(0)

    /// One flush in this many happens before the other work of its turn, as on a loop that is full of
    /// work.
    private static let earlyFlush = 16
    /// Steps at one instant from which on the work counts as endless.
    private static let mostStepsAtOnce = 1_000_000

    init(seed: UInt64, trace: Trace) {
        random = SeededGenerator(seed: seed)
        self.trace = trace
    }

    // MARK: Work

    func add(_ item: Runnable) {
        guard isHere else { return stray { self.add(item) } }
        if !item.loop.hold(item) { runnable.append(item) }
    }

    func requestFlush(_ handler: any TurnEndHandler, of loop: SimulatedLoop) {
        guard isHere else { return stray { self.requestFlush(handler, of: loop) } }
        flushes.append((handler, loop))
    }

    /// Whether the caller is on the simulation's thread.
    var isHere: Bool { thread == currentThreadID() || thread == 0 }

    /// Keeps the work of another thread until the simulation's thread takes it.
    func stray(_ action: @escaping @Sendable () -> Void) {
        strays.withLock { $0.append(action) }
        strayCount.add(1, ordering: .relaxed)
    }

    /// How often something outside of the simulation resumed a task, so that the seed alone no longer
    /// decides the run.
    var disturbances: Int { strayCount.load(ordering: .relaxed) }

    // MARK: Time

    /// Schedules an event of the network. Nothing cancels it.
    func schedule(at deadline: NetworkInstant, _ action: @escaping TimerQueue.Action) {
        timers.schedule(at: max(deadline, now), ScheduledAction(action: action, timer: nil))
    }

    /// Schedules a timer of a loop, at a deadline of the loop's time.
    func schedule(
        at deadline: NetworkInstant, on loop: SimulatedLoop, _ action: @escaping TimerQueue.Action
    ) -> LoopTimer {
        timers.schedule(
            at: max(loop.time.trueTime(of: deadline), now),
            ScheduledAction(action: action, timer: (loop, deadline)))
    }

    func schedule(after delay: Duration, _ action: @escaping TimerQueue.Action) {
        schedule(at: now.advanced(by: delay), action)
    }

    /// Schedules a timer for which a simulation does not go on.
    func scheduleInBackground(after delay: Duration, _ action: @escaping TimerQueue.Action) {
        backgroundTimers += 1
        schedule(after: delay) {
            self.backgroundTimers -= 1
            action()
        }
    }

    func cancel(_ timer: LoopTimer) {
        timers.cancel(timer)
    }

    /// Moves the timers of a host to where its clock now has their deadlines.
    func moveTimers(of time: HostTime) {
        timers.moveDeadlines { [now] waiting in
            guard let (loop, deadline) = waiting.timer, loop.time === time else { return nil }
            return max(time.trueTime(of: deadline), now)
        }
    }

    // MARK: Driving

    /// Why driving ended.
    enum Stop {
        /// The body has ended.
        case done
        /// Nothing can run, and no timer is left: tasks that wait do so for ever.
        case stuck
        /// The limit of virtual time.
        case outOfTime
        /// Work goes on without end while time stands still.
        case livelock
    }

    /// Runs until `isDone`, with the calling thread as the simulation's own.
    func drive(until limit: NetworkInstant, _ isDone: () -> Bool) -> Stop {
        thread = currentThreadID()
        var steps = 0
        while !isDone() {
            if step() {
                steps += 1
                if steps > Self.mostStepsAtOnce { return .livelock }
                continue
            }
            takeStrays()
            guard runnable.isEmpty else { continue }
            guard timers.count > backgroundTimers, let next = timers.nextDeadline() else {
                return .stuck
            }
            guard next <= limit else { return .outOfTime }
            if next > now { steps = 0 }
            now = next
            // Counted as well: a timer that sets itself again for now would hold the time for ever.
            while let (timer, due) = timers.popDueTimer(at: now) {
                if let loop = due.timer?.loop {
                    loop.ring(timer, due.action)
                } else {
                    due.action()
                }
                steps += 1
                if steps > Self.mostStepsAtOnce { return .livelock }
            }
        }
        return .done
    }

    /// Runs everything that can run at this instant.
    func settle() {
        thread = currentThreadID()
        for _ in 0..<Self.mostStepsAtOnce where !step() { return }
    }

    /// Runs one step; `false` when there is none at this instant.
    private func step() -> Bool {
        if !flushes.isEmpty, runnable.isEmpty || random.index(below: Self.earlyFlush) == 0 {
            let index = random.index(below: flushes.count)
            flushes.swapAt(index, flushes.count - 1)
            let (handler, loop) = flushes.removeLast()
            trace.mix(UInt64(loop.number) << 3)
            loop.run { handler.endOfTurn() }
            return true
        }
        guard !runnable.isEmpty else { return false }
        let index = random.index(below: runnable.count)
        runnable.swapAt(index, runnable.count - 1)
        let item = runnable.removeLast()
        let loop = item.loop
        guard !loop.hold(item) else { return true }
        trace.mix(UInt64(loop.number) << 3 | item.kind)
        enter(loop) { item.run() }
        return true
    }

    /// Runs `body` as the work of `loop`.
    func enter(_ loop: SimulatedLoop, _ body: () -> Void) {
        let outer = current
        current = loop
        body()
        current = outer
    }

    private func takeStrays() {
        let found = strays.withLock { strays in
            defer { strays = [] }
            return strays
        }
        for action in found { action() }
    }
}
