internal import ParleySockets

/// The state of a simulated host: up, paused or down, and the promises of the next change.
struct HostPower {
    /// Whether the host is up. A host that is down receives and sends nothing.
    var isOn = true
    /// When the present pause ends.
    var pauseEnd: NetworkInstant?
    /// Whether random faults may strike the host.
    var isExposed = true
    /// The number of programs that start again after a crash.
    var programs = 0
    /// The number of those that are running.
    var runningPrograms = 0
    /// The number of those that have not yet been cancelled after a crash.
    var programsToCancel = 0
    /// Fulfilled when the host crashes.
    var crash = Promise<Void>()
    /// Fulfilled when the host is up again.
    var start = Promise<Void>()
}
