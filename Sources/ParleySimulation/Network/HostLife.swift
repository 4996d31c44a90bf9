internal import ParleySockets

/// One life of a simulated host, from its start to the crash of its programs: what a crash ends.
///
/// Code of a life runs on the life's loop. That loop opens no sockets once the life is over, so that
/// nothing of it acts in the next.
///
/// `@unchecked Sendable`: touched only by the thread that drives the simulation.
final class HostLife: @unchecked Sendable {
    let loop: SimulatedLoop
    let machine: SimulatedMachine
    /// Fulfilled when the life is over.
    let crash = Promise<Void>()
    /// The number of programs that run.
    var programs = 0
    /// The number of those that have not yet been cancelled after the crash.
    private(set) var programsToCancel = 0

    init(loop: SimulatedLoop, machine: SimulatedMachine) {
        self.loop = loop
        self.machine = machine
    }

    /// Ends the life. Its loop is paused until all of its programs are cancelled: a program that has
    /// crashed must not run on.
    func end() {
        programsToCancel = programs
        loop.pause()
        loop.retire()
    }

    /// Counts a program as cancelled after the crash; returns whether it is the last.
    func programWasCancelled() -> Bool {
        programsToCancel -= 1
        return programsToCancel == 0
    }
}
