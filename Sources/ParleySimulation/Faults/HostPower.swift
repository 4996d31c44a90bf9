internal import ParleySockets

/// Whether a simulated host runs, and who waits for that to change.
struct HostPower {
    /// Whether it is up: a host that is down hears nothing and says nothing.
    var isOn = true
    /// When the present pause ends.
    var pauseEnd: NetworkInstant?
    /// Whether faults may strike it.
    var isExposed = true
    /// How many programs it would start again after a crash.
    var programs = 0
    /// How many of them are running.
    var runningPrograms = 0
    /// How many of those have not been cancelled yet after a crash.
    var programsToCancel = 0
    /// Comes when the host crashes.
    var crash = Promise<Void>()
    /// Comes when it is up again.
    var start = Promise<Void>()
}
