internal import ParleySockets

/// A loop of the network underneath, which opens sockets on conditioned links.
///
/// As an executor it *is* the loop underneath: actors and tasks see that one.
final class ConditionedLoop: SocketLoop {
    let base: any SocketLoop
    let conditions: Conditions

    init(_ base: any SocketLoop, conditions: Conditions) {
        self.base = base
        self.conditions = conditions
    }

    var taskExecutor: any TaskExecutor { base.taskExecutor }
    var now: NetworkInstant { base.now }
    var isCurrent: Bool { base.isCurrent }
    var streamScratch: StreamScratch { base.streamScratch }
    var machine: any Machine { base.machine }
    /// This one: bytes that are under way on a conditioned link cannot move to another loop.
    var handshakeLoop: any SocketLoop { self }

    func execute(_ action: @escaping @Sendable () -> Void) {
        base.execute(action)
    }

    func requestFlush(_ handler: any TurnEndHandler) {
        base.requestFlush(handler)
    }

    func schedule(at deadline: NetworkInstant, _ action: @escaping @Sendable () -> Void)
        -> LoopTimer
    {
        base.schedule(at: deadline, action)
    }

    func cancel(_ timer: LoopTimer) {
        base.cancel(timer)
    }

    func openListener(at address: SocketAddress, backlog: Int, options: [SocketOption])
        throws(OpenError) -> any ListenerPort
    {
        let port = try base.openListener(at: address, backlog: backlog, options: options)
        return ConditionedListenerPort(port, conditions: conditions)
    }

    func openStream(to address: SocketAddress, options: [SocketOption]) throws(SystemError)
        -> any StreamPort
    {
        let port = try base.openStream(to: address, options: options)
        return ConditionedStreamPort(
            port, loop: base, conditions: conditions, connectingSince: conditions.clock.now)
    }

    func openDatagrams(at address: SocketAddress, options: [SocketOption]) throws(OpenError)
        -> any DatagramPort
    {
        let port = try base.openDatagrams(at: address, options: options)
        return ConditionedDatagramPort(port, loop: base, conditions: conditions)
    }

    func enqueue(_ job: consuming ExecutorJob) {
        base.enqueue(job)
    }

    func asUnownedSerialExecutor() -> UnownedSerialExecutor {
        unsafe base.asUnownedSerialExecutor()
    }
}
