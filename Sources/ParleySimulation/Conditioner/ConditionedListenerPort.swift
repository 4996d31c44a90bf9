internal import ParleySockets

/// A listener whose connections are on conditioned links.
final class ConditionedListenerPort: ListenerPort {
    private let base: any ListenerPort
    private let conditions: Conditions

    init(_ base: any ListenerPort, conditions: Conditions) {
        self.base = base
        self.conditions = conditions
    }

    /// The listener underneath accepts onto loops of its own network only.
    func accept(onto loop: any SocketLoop) -> AcceptOutcome {
        let home = (loop as? ConditionedLoop)?.base ?? loop
        let outcome = base.accept(onto: home)
        guard case .accepted(let port) = outcome else { return outcome }
        return .accepted(ConditionedStreamPort(port, loop: home, conditions: conditions))
    }

    var localAddress: SocketAddress { base.localAddress }

    func start(_ handler: any PortHandler, reading: Bool, writing: Bool) throws(SystemError) {
        try base.start(handler, reading: reading, writing: writing)
    }

    func stop() {
        base.stop()
    }

    func setReading(_ wanted: Bool) {
        base.setReading(wanted)
    }

    func setWriting(_ wanted: Bool) {
        base.setWriting(wanted)
    }

    func set(_ option: SocketOption) throws(SystemError) {
        try base.set(option)
    }

    func close() {
        base.close()
    }
}
