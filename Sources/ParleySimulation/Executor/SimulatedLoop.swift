internal import ParleyDatagrams
internal import ParleySockets

/// A loop of a simulated host: the same seam as an `EventLoop`, run by the simulation's one thread.
///
/// `@unchecked Sendable`: its variables are touched only by the thread that drives the simulation.
final class SimulatedLoop: SocketLoop, @unchecked Sendable {
    let scheduler: Scheduler
    let number: Int
    private(set) lazy var tasks = SimulatedTaskExecutor(loop: self)
    /// The host.
    private unowned let opener: any SocketOpener
    private var actions: [@Sendable () -> Void] = []
    private var firstAction = 0
    private var held: [Runnable] = []
    /// Timers that became due during the present pause.
    private var overdue: Set<LoopTimer> = []
    private(set) var isPaused = false
    /// Whether the life of the host that it belongs to is over.
    private var isRetired = false
    let time: HostTime
    let streamScratch = StreamScratch()
    let machine: any Machine

    init(
        number: Int, opener: any SocketOpener, machine: SimulatedMachine, time: HostTime,
        scheduler: Scheduler
    ) {
        self.number = number
        self.opener = opener
        self.scheduler = scheduler
        self.machine = machine
        self.time = time
    }

    /// The host's one loop.
    var handshakeLoop: any SocketLoop { self }

    /// Runs tasks on this loop.
    var taskExecutor: any TaskExecutor { tasks }

    /// The host's time.
    var now: NetworkInstant { time.now }

    /// Whether the work that is running is this loop's.
    var isCurrent: Bool { scheduler.current === self }

    /// Runs `action` at this instant, in the order of the calls.
    func execute(_ action: @escaping @Sendable () -> Void) {
        guard scheduler.isHere else { return scheduler.stray { self.execute(action) } }
        actions.append(action)
        scheduler.add(.action(self))
    }

    /// Calls the handler when the work of this instant is done, and sometimes earlier.
    func requestFlush(_ handler: any TurnEndHandler) {
        scheduler.requestFlush(handler, of: self)
    }

    /// Runs `action` at `deadline` of the host's time.
    func schedule(at deadline: NetworkInstant, _ action: @escaping @Sendable () -> Void)
        -> LoopTimer
    {
        scheduler.schedule(at: deadline, on: self, action)
    }

    /// Cancels a timer, also one that became due during a pause and has not run.
    func cancel(_ timer: LoopTimer) {
        overdue.remove(timer)
        scheduler.cancel(timer)
    }

    /// Runs the action of a timer that is due: now, or after the pause.
    func ring(_ timer: LoopTimer, _ action: @escaping @Sendable () -> Void) {
        guard isPaused else { return scheduler.enter(self, action) }
        overdue.insert(timer)
        execute { if self.overdue.remove(timer) != nil { action() } }
    }

    func runNextAction() {
        let action = actions[firstAction]
        firstAction += 1
        if firstAction == actions.count {
            actions.removeAll(keepingCapacity: true)
            firstAction = 0
        }
        action()
    }

    /// Runs `action` now, or after the pause.
    func run(_ action: @escaping @Sendable () -> Void) {
        if isPaused { execute(action) } else { scheduler.enter(self, action) }
    }
}

// MARK: - Sockets

extension SimulatedLoop {
    func openListener(at address: SocketAddress, backlog: Int, options: [SocketOption])
        throws(OpenError) -> any ListenerPort
    {
        if isRetired { throw OpenError(step: .open, place: "\(address)", error: .networkDown) }
        return try opener.openListener(at: address, backlog: backlog, options: options)
    }

    func openStream(to address: SocketAddress, options: [SocketOption]) throws(SystemError)
        -> any StreamPort
    {
        if isRetired { throw .networkDown }
        return try opener.openStream(to: address, options: options)
    }

    func openDatagrams(at address: SocketAddress, options: [SocketOption]) throws(OpenError)
        -> any DatagramPort
    {
        if isRetired { throw OpenError(step: .open, place: "\(address)", error: .networkDown) }
        return try opener.openDatagrams(at: address, options: options)
    }
}

// MARK: - Pausing

extension SimulatedLoop {
    /// Holds a step when the loop is paused; returns whether it does.
    func hold(_ item: Runnable) -> Bool {
        if isPaused { held.append(item) }
        return isPaused
    }

    func pause() {
        isPaused = true
    }

    /// Opens no more sockets: the host has crashed.
    func retire() {
        isRetired = true
    }

    func resume() {
        isPaused = false
        let items = held
        held = []
        for item in items { scheduler.add(item) }
    }
}

// MARK: - The executor of actors

extension SimulatedLoop: SerialExecutor {
    /// Runs an actor's job on the loop.
    func enqueue(_ job: consuming ExecutorJob) {
        unsafe scheduler.add(.serial(UnownedJob(job), self))
    }

    /// The loop, as the runtime names it.
    func asUnownedSerialExecutor() -> UnownedSerialExecutor {
        unsafe UnownedSerialExecutor(ordinary: self)
    }

    /// Whether the work that is running is this loop's.
    func isIsolatingCurrentContext() -> Bool? { isCurrent }

    /// Stops the program when the work that is running is not this loop's.
    func checkIsolated() {
        precondition(isCurrent, "not on the simulated loop that this actor lives on")
    }
}

/// The executor of tasks that prefer a simulated loop.
final class SimulatedTaskExecutor: TaskExecutor {
    private unowned let loop: SimulatedLoop

    init(loop: SimulatedLoop) {
        self.loop = loop
    }

    func enqueue(_ job: consuming ExecutorJob) {
        unsafe loop.scheduler.add(.task(UnownedJob(job), loop))
    }
}
