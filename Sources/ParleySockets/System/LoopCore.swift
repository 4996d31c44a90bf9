internal import CParleySystem
internal import Synchronization

/// The state of an event loop's thread, and the turns that it runs: the poller, the timers, the work.
///
/// `@unchecked Sendable`: only the loop's own thread touches the variables; `isCurrent` tells whether
/// the caller is that thread. Other threads enter through `inbox`, which is locked. The variables are
/// also exempt from the check for overlapping uses at run time, some thirty a turn: each use is a
/// call of an array or a table that calls nothing of ours.
final class LoopCore: @unchecked Sendable {
    let inbox: LoopInbox
    let clock = MonotonicTime()
    let poller: Int32
    private let thread = Atomic<UInt>(0)

    @safe @exclusivity(unchecked) private var work: [LoopWork] = []
    @safe @exclusivity(unchecked) private var running: [LoopWork] = []
    @safe @exclusivity(unchecked) private var flushes: [any TurnEndHandler] = []
    @safe @exclusivity(unchecked) private var flushing: [any TurnEndHandler] = []
    @safe @exclusivity(unchecked) private var timers = TimerQueue()
    @safe @exclusivity(unchecked) private var registrations = RegistrationTable()
    @safe @exclusivity(unchecked) private(set) var now: NetworkInstant
    private var events = [parley_event](repeating: parley_event(), count: 256)
    let scratch = ScratchSpace()
    let lingering = LingeringSockets()
    /// How often the loop has asked the poller to wait, for tests that count wake-ups.
    @safe @exclusivity(unchecked) private(set) var polls = 0

    /// Rounds of work in a turn. Work that is left waits until the sockets have been served.
    private static let roundsPerTurn = 64
    /// Nanoseconds of work in a turn, so that a timer that is due does not wait for all the work.
    private static let timePerTurn: Int64 = 1_000_000
    /// Items of work between two readings of the clock, which costs a twentieth of an item.
    private static let itemsPerClockReading = 8
    /// The longest spin, in nanoseconds: 100 days, far from overflowing.
    private static let longestSpin: Int64 = 100 * 86_400 * 1_000_000_000
    private static let wakerToken = UInt64.max

    /// How long the loop looks for events before it sleeps, in nanoseconds.
    private let spinning: Int64

    init(spinning: Duration) throws(SystemError) {
        self.spinning = min(max(0, spinning.wholeNanoseconds), Self.longestSpin)
        inbox = try LoopInbox()
        poller = try checked(parley_poller_open())
        now = clock.now
        try checked(
            parley_poller_add(poller, inbox.waker, PARLEY_READABLE, Self.wakerToken))
    }

    deinit {
        parley_close(poller)
    }

    var isCurrent: Bool { thread.load(ordering: .relaxed) == currentThreadID() }

    // MARK: Work

    func add(_ item: LoopWork) {
        if isCurrent { work.append(item) } else { inbox.add(item) }
    }

    func requestFlush(_ handler: any TurnEndHandler) {
        if isCurrent { flushes.append(handler) } else { inbox.add(flush: handler) }
    }

    // MARK: Timers

    func schedule(at deadline: NetworkInstant, _ action: @escaping TimerQueue.Action) -> LoopTimer {
        timers.schedule(at: deadline, action)
    }

    func cancel(_ timer: LoopTimer) {
        timers.cancel(timer)
    }

    // MARK: Descriptors

    /// Begins to watch a descriptor, which stays with the poller until `unregister`, also while
    /// nothing is wanted of it: a later change needs no memory, so it cannot be refused.
    func register(_ descriptor: Int32, handler: any PortHandler, interest: UInt32)
        throws(SystemError)
    {
        let token = registrations.insert(descriptor, handler: handler)
        do {
            try checked(parley_poller_add(poller, descriptor, interest, token))
            registrations.setInterest(interest, of: descriptor)
        } catch {
            registrations.remove(descriptor)
            throw error
        }
    }

    /// Changes what a descriptor is watched for.
    ///
    /// The poller refuses that only for a descriptor that something else has closed. The handler is
    /// then called once, tries, and finds the error, instead of waiting for ever.
    func setInterest(_ interest: UInt32, of descriptor: Int32) {
        guard let entry = registrations.entry(of: descriptor), entry.interest != interest else {
            return
        }
        registrations.setInterest(interest, of: descriptor)
        let result = parley_poller_change(poller, descriptor, interest, entry.token)
        guard result < 0 else { return }
        add(
            .action {
                self.dispatch(
                    parley_event(token: entry.token, readiness: PARLEY_FAILED, reserved: 0))
            })
    }

    func interest(of descriptor: Int32) -> UInt32 {
        registrations.entry(of: descriptor)?.interest ?? 0
    }

    func unregister(_ descriptor: Int32) {
        guard registrations.entry(of: descriptor) != nil else { return }
        // The one refusal, "not registered", leaves what was wanted.
        _ = parley_poller_remove(poller, descriptor)
        registrations.remove(descriptor)
    }

    // MARK: Turns

    /// Runs until it is stopped and has nothing left to do.
    func run() {
        thread.store(currentThreadID(), ordering: .relaxed)
        while true {
            let isStopping = runWork()
            flush()
            if isStopping && work.isEmpty && flushes.isEmpty { return }
            waitForEvents()
            runTimers()
        }
    }

    private func runWork() -> Bool {
        var isStopping = false
        let end = clock.now.nanoseconds + Self.timePerTurn
        for round in 0..<Self.roundsPerTurn {
            isStopping = inbox.drain(work: &work, flushes: &flushes)
            if work.isEmpty || round > 0 && clock.now.nanoseconds > end { break }
            swap(&work, &running)
            runRound(until: end)
        }
        return isStopping
    }

    /// Runs a round of work; what the time does not suffice for comes first in the next turn.
    private func runRound(until end: Int64) {
        var next = 0
        while next < running.count {
            running[next].run()
            next += 1
            if next % Self.itemsPerClockReading == 0, clock.now.nanoseconds > end { break }
        }
        if next < running.count { work.insert(contentsOf: running[next...], at: 0) }
        running.removeAll(keepingCapacity: true)
    }

    private func flush() {
        guard !flushes.isEmpty else { return }
        swap(&flushes, &flushing)
        for handler in flushing { handler.endOfTurn() }
        flushing.removeAll(keepingCapacity: true)
    }

    private func waitForEvents() {
        var timeout: Int64 = 0
        if work.isEmpty && flushes.isEmpty && inbox.prepareToSleep() {
            timeout = timeToTimer()
        }
        var count = timeout == 0 || spinning == 0 ? 0 : spin(atMost: timeout)
        if count == 0 { count = sleepInPoller(timeout: timeout > 0 ? timeToTimer() : timeout) }
        now = clock.now
        for index in 0..<max(0, count) { dispatch(events[index]) }
    }

    /// Nanoseconds until the next timer is due; negative when none is.
    private func timeToTimer() -> Int64 {
        timers.nextDeadline().map { nanoseconds(until: $0) } ?? -1
    }

    /// Looks for events again and again instead of sleeping, which costs a core and saves the time
    /// of a wake-up. Work from another thread wakes the poller, so the loop sees that as well.
    private func spin(atMost timeout: Int64) -> Int {
        let limit = timeout < 0 ? spinning : min(spinning, timeout)
        let end = clock.now.nanoseconds + limit
        repeat {
            let count = pollEvents()
            if count != 0 { return count }
        } while clock.now.nanoseconds < end
        return 0
    }

    /// Several looks for each one at the clock, which costs a third of one.
    private func pollEvents() -> Int {
        let capacity = Int32(events.count)
        return unsafe events.withUnsafeMutableBufferPointer { buffer in
            unsafe Int(parley_poller_look(poller, buffer.baseAddress, capacity, 8))
        }
    }

    /// Compares first: the difference to a deadline in the far past would overflow.
    private func nanoseconds(until deadline: NetworkInstant) -> Int64 {
        let present = clock.now
        return deadline <= present ? 0 : deadline.nanoseconds - present.nanoseconds
    }

    /// The one place where a loop's thread waits; profiles show its name.
    @inline(never)
    private func sleepInPoller(timeout: Int64) -> Int {
        polls += 1
        let capacity = Int32(events.count)
        return unsafe events.withUnsafeMutableBufferPointer { buffer in
            unsafe Int(parley_poller_wait(poller, buffer.baseAddress, capacity, timeout))
        }
    }

    private func dispatch(_ event: parley_event) {
        if event.token == Self.wakerToken {
            parley_waker_clear(inbox.waker)
            return
        }
        // A read or write finds the error or the hang-up, so the handler of either direction is
        // called.
        let isBroken = event.readiness & (PARLEY_FAILED | PARLEY_HANGUP) != 0
        if isBroken || event.readiness & PARLEY_READABLE != 0 {
            registrations.handler(of: event.token, interestedIn: PARLEY_READABLE)?
                .portBecameReadable()
        }
        if isBroken || event.readiness & PARLEY_WRITABLE != 0 {
            registrations.handler(of: event.token, interestedIn: PARLEY_WRITABLE)?
                .portBecameWritable()
        }
    }

    private func runTimers() {
        // Only as many as there are now: a timer that sets itself again for now must not hold the loop.
        var left = timers.count
        while left > 0, let action = timers.popDue(at: now) {
            left -= 1
            action()
        }
    }
}
