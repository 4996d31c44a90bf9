internal import ParleySockets

/// An action that waits for its time: a timer of a loop, or an event of the network.
struct ScheduledAction: Sendable {
    let action: TimerQueue.Action
    /// The loop whose timer it is, with the deadline in that loop's time; nil for the network's own.
    let timer: (loop: SimulatedLoop, deadline: NetworkInstant)?
}
