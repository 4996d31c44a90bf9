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
    private(set) var isPaused = false
    let streamScratch = StreamScratch()
    let machine: any Machine

    init(
        number: Int, opener: any SocketOpener, machine: SimulatedMachine, scheduler: Scheduler
    ) {
        self.number = number
        self.opener = opener
        self.scheduler = scheduler
        self.machine = machine
    }

    /// The host's one loop.
    var handshakeLoop: any SocketLoop { self }

    /// Runs tasks on this loop.
    var taskExecutor: any TaskExecutor { tasks }

    /// The virtual time.
    var now: NetworkInstant { scheduler.now }

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

    /// Runs `action` at `deadline`.
    func schedule(at deadline: NetworkInstant, _ action: @escaping @Sendable () -> Void)
        -> LoopTimer
    {
        scheduler.schedule(at: deadline) { self.run(action) }
    }

    /// Cancels a timer.
    func cancel(_ timer: LoopTimer) {
        scheduler.cancel(timer)
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
        try opener.openListener(at: address, backlog: backlog, options: options)
    }

    func openStream(to address: SocketAddress, options: [SocketOption]) throws(SystemError)
        -> any StreamPort
    {
        try opener.openStream(to: address, options: options)
    }

    func openDatagrams(at address: SocketAddress, options: [SocketOption]) throws(OpenError)
        -> any DatagramPort
    {
        try opener.openDatagrams(at: address, options: options)
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
