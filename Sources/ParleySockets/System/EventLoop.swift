internal import CParleySystem

/// A thread that waits for sockets and timers and runs what lives on it.
///
/// It is the serial executor of the actors that own sockets. `taskExecutor` is a second executor on
/// the same thread, for task trees. One class cannot be both, because it could not tell the jobs of
/// the two apart.
///
/// The thread ends when the last reference to the loop, and to its task executor, is gone.
package final class EventLoop: NetworkLoop {
    let core: LoopCore
    private let tasks: LoopTaskExecutor
    private let life: LoopLife
    let system: SystemMachine
    package let streamScratch = StreamScratch()

    /// Starts a loop.
    ///
    /// - Parameters:
    ///   - name: The thread's name in debuggers and `top`; 15 bytes are shown.
    ///   - spinning: How long the loop looks for events before it sleeps. Spinning saves the time of
    ///     waking the thread, at the price of a core. Some tens of microseconds help where every
    ///     microsecond counts.
    ///   - machine: What the loops of a network share.
    /// - Throws: The system's refusal of the loop's two descriptors or its thread.
    package init(
        name: String = "parley", spinning: Duration = .zero,
        machine: SystemMachine = SystemMachine()
    ) throws(SystemError) {
        system = machine
        core = try LoopCore(spinning: spinning)
        life = LoopLife(core: core)
        tasks = LoopTaskExecutor(core: core, life: life)
        try startThread(named: name) { [core] in core.run() }
    }

    /// Runs tasks on this loop's thread.
    package var taskExecutor: any TaskExecutor { tasks }

    /// The time at which the present turn began.
    package var now: NetworkInstant { core.now }

    /// Whether the caller runs on this loop.
    package var isCurrent: Bool { core.isCurrent }

    /// Runs `action` on the loop soon.
    package func execute(_ action: @escaping @Sendable () -> Void) {
        core.add(.action(action))
    }

    /// Runs `action` at `deadline` or soon after. Only on the loop.
    package func schedule(at deadline: NetworkInstant, _ action: @escaping @Sendable () -> Void)
        -> LoopTimer
    {
        requireCurrent()
        return core.schedule(at: deadline, action)
    }

    /// Forgets a timer. Only on the loop.
    package func cancel(_ timer: LoopTimer) {
        requireCurrent()
        core.cancel(timer)
    }

    /// Begins to watch a descriptor that another library owns, until ``unwatch(_:)``, which comes before it is closed.
    /// Only on the loop.
    ///
    /// - Throws: The system's refusal to watch one more descriptor.
    package func watch(_ descriptor: Int32, _ handler: any PortHandler) throws(SystemError) {
        requireCurrent()
        try core.register(descriptor, handler: handler, interest: 0)
    }

    /// Changes what the handler of a watched descriptor wants to hear of. Only on the loop.
    package func setInterest(in descriptor: Int32, reading: Bool, writing: Bool) {
        requireCurrent()
        let interest = (reading ? PARLEY_READABLE : 0) | (writing ? PARLEY_WRITABLE : 0)
        core.setInterest(interest, of: descriptor)
    }

    /// Stops watching a descriptor. Only on the loop.
    package func unwatch(_ descriptor: Int32) {
        requireCurrent()
        core.unregister(descriptor)
    }

    /// Stops the program when the caller is on another thread, where it would race with the loop.
    func requireCurrent() {
        precondition(isCurrent, "only to be called on the loop's own thread")
    }
}

// MARK: - The executor of actors

extension EventLoop: SerialExecutor {
    /// Runs an actor's job on the loop.
    package func enqueue(_ job: consuming ExecutorJob) {
        unsafe core.add(.serial(UnownedJob(job), asUnownedSerialExecutor()))
    }

    /// The loop, as the runtime names it.
    package func asUnownedSerialExecutor() -> UnownedSerialExecutor {
        unsafe UnownedSerialExecutor(ordinary: self)
    }

    /// Whether the caller is on the loop: what `assumeIsolated` asks.
    package func isIsolatingCurrentContext() -> Bool? {
        isCurrent
    }

    /// Stops the program when the caller is not on the loop.
    package func checkIsolated() {
        precondition(isCurrent, "not on the event loop that this actor lives on")
    }
}

/// Keeps a loop's thread running: each object that can hand work to the loop holds a reference.
final class LoopLife: Sendable {
    private let core: LoopCore

    init(core: LoopCore) {
        self.core = core
    }

    deinit {
        core.inbox.stop()
    }
}

/// The executor of tasks that prefer a loop. It outlives the loop object while tasks hold it.
final class LoopTaskExecutor: TaskExecutor {
    private let core: LoopCore
    private let life: LoopLife

    init(core: LoopCore, life: LoopLife) {
        self.core = core
        self.life = life
    }

    func enqueue(_ job: consuming ExecutorJob) {
        unsafe core.add(.task(UnownedJob(job), asUnownedTaskExecutor()))
    }
}
