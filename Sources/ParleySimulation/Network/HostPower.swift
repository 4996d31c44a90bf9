internal import ParleySockets

/// The state of a simulated host: up, paused or down, and the promise of the next start.
struct HostPower {
    /// Whether the host is up. A host that is down receives and sends nothing.
    var isOn = true
    /// When the present pause ends.
    var pauseEnd: NetworkInstant?
    /// Whether random faults may strike the host.
    var isExposed = true
    /// The number of programs that start again after a crash.
    var programs = 0
    /// Fulfilled when the host is up again.
    var start = Promise<Void>()
}
