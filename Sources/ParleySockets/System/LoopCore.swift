internal import CParleySystem
internal import Synchronization

/// What an event loop's thread owns and does: the poller, the timers, the work, one turn at a time.
///
/// It is `@unchecked Sendable` because all its variables are touched by the loop's own thread only;
/// `isCurrent` says whether the caller is that thread, and each entry point for other threads goes
/// through `inbox`, which is locked. Nor are they looked at for overlapping uses at run time, some
/// thirty times a turn: each use is a call of an array or a table that calls nothing of ours.
final class LoopCore: @unchecked Sendable {
    let inbox: LoopInbox
    let clock = MonotonicTime()
    private let poller: Int32
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

    /// Rounds of work after which sockets get their turn although more work is there.
    private static let roundsPerTurn = 64
    /// And so many nanoseconds: a timer that is due waits no longer for those who yield to it.
    private static let timePerTurn: Int64 = 1_000_000
    private static let wakerToken = UInt64.max

    /// How long to look for events before sleeping, in nanoseconds.
    private let spinning: Int64

    init(spinning: Duration) throws(SystemError) {
        self.spinning = max(0, spinning.wholeNanoseconds)
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

    func register(_ descriptor: Int32, handler: any PortHandler, interest: UInt32)
        throws(SystemError)
    {
        let token = registrations.insert(descriptor, handler: handler)
        guard interest != 0 else { return }
        do {
            try checked(parley_poller_add(poller, descriptor, interest, token))
            registrations.setInterest(interest, of: descriptor)
        } catch {
            registrations.remove(descriptor)
            throw error
        }
    }

    /// Watches for something else. A descriptor that nobody wants anything of is not watched at
    /// all: the poller would report its hang-up over and over.
    func setInterest(_ interest: UInt32, of descriptor: Int32) {
        guard let entry = registrations.entry(of: descriptor), entry.interest != interest else {
            return
        }
        registrations.setInterest(interest, of: descriptor)
        if entry.interest == 0 {
            _ = parley_poller_add(poller, descriptor, interest, entry.token)
        } else if interest == 0 {
            _ = parley_poller_remove(poller, descriptor)
        } else {
            _ = parley_poller_change(poller, descriptor, interest, entry.token)
        }
    }

    func interest(of descriptor: Int32) -> UInt32 {
        registrations.entry(of: descriptor)?.interest ?? 0
    }

    func unregister(_ descriptor: Int32) {
        guard let entry = registrations.entry(of: descriptor) else { return }
        if entry.interest != 0 { _ = parley_poller_remove(poller, descriptor) }
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
            for item in running { item.run() }
            running.removeAll(keepingCapacity: true)
        }
        return isStopping
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

    /// Asks for events again and again instead of sleeping, which costs a core and saves the time
    /// that waking takes. Who has work from another thread wakes the poller, so that is seen too.
    private func spin(atMost timeout: Int64) -> Int {
        let limit = timeout < 0 ? spinning : min(spinning, timeout)
        let end = clock.now.nanoseconds + limit
        repeat {
            let count = lookIntoPoller()
            if count != 0 { return count }
        } while clock.now.nanoseconds < end
        return 0
    }

    /// Several looks for each one at the clock, which costs a third of one.
    private func lookIntoPoller() -> Int {
        let capacity = Int32(events.count)
        return unsafe events.withUnsafeMutableBufferPointer { buffer in
            unsafe Int(parley_poller_look(poller, buffer.baseAddress, capacity, 8))
        }
    }

    /// Compared first: the difference to a deadline in the far past would overflow.
    private func nanoseconds(until deadline: NetworkInstant) -> Int64 {
        let present = clock.now
        return deadline <= present ? 0 : deadline.nanoseconds - present.nanoseconds
    }

    /// The one place where a loop's thread waits, named so that profiles show it.
    @inline(never)
    private func sleepInPoller(timeout: Int64) -> Int {
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
        // An error or a hang-up is found by trying: whoever waits for either direction is told.
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
        // No more than there are now: one that sets itself anew for now must not keep the loop.
        var left = timers.count
        while left > 0, let action = timers.popDue(at: now) {
            left -= 1
            action()
        }
    }
}
