internal import ParleySockets

/// A port whose handler waits for readiness.
protocol TellingPort: AnyObject, Sendable {
    func tellHandler()
}

/// One step that a simulation may take next.
///
/// Marked safe because each job is run exactly once, while its loop lives.
@safe enum Runnable {
    /// A job of an actor that lives on the loop.
    case serial(UnownedJob, SimulatedLoop)
    /// A job of a task that prefers the loop.
    case task(UnownedJob, SimulatedLoop)
    /// The oldest closure that the loop was given. Closures run in their order.
    case action(SimulatedLoop)
    /// A port tells its handler that there is something to read or room to write.
    case readiness(any TellingPort, SimulatedLoop)

    /// The loop on which it runs.
    var loop: SimulatedLoop {
        switch self {
        case .serial(_, let loop), .task(_, let loop), .action(let loop), .readiness(_, let loop):
            loop
        }
    }

    /// Tells the kinds apart in a trace.
    var kind: UInt64 {
        switch self {
        case .serial: 1
        case .task: 2
        case .action: 3
        case .readiness: 4
        }
    }

    func run() {
        switch self {
        case .serial(let job, let loop):
            unsafe job.runSynchronously(on: loop.asUnownedSerialExecutor())
        case .task(let job, let loop):
            unsafe job.runSynchronously(on: loop.tasks.asUnownedTaskExecutor())
        case .action(let loop):
            loop.runNextAction()
        case .readiness(let port, _):
            port.tellHandler()
        }
    }
}
