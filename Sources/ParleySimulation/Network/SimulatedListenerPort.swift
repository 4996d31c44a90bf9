internal import ParleySockets

/// A listening TCP socket of a simulated host.
final class SimulatedListenerPort: SimulatedPort, ListenerPort, @unchecked Sendable {
    private let backlog: Int
    private var waiting: [SimulatedStreamPort] = []

    init(host: SimulatedHost, localAddress: SocketAddress, backlog: Int) {
        self.backlog = max(1, backlog)
        super.init(host: host, localAddress: localAddress)
    }

    override var isReadable: Bool { !waiting.isEmpty }

    /// Whether another connection would be dropped.
    var isFull: Bool { waiting.count >= backlog }

    /// A connection has been made and waits to be accepted.
    func enqueue(_ port: SimulatedStreamPort) {
        waiting.append(port)
        readinessChanged()
    }

    func accept(onto loop: any SocketLoop) -> AcceptOutcome {
        guard !isClosed, !waiting.isEmpty else { return .wouldBlock }
        if scheduler.random.happens(faults.acceptExhaustion) {
            return .exhausted(.tooManyDescriptors)
        }
        let port = waiting.removeFirst()
        guard !scheduler.random.happens(faults.acceptAborts) else {
            port.reset()
            return .aborted
        }
        return .accepted(port)
    }

    override func vanish() {
        waiting = []
        super.vanish()
    }

    override func didClose() {
        host.ports.remove(self, at: localAddress.port)
        for port in waiting { port.reset() }
        waiting = []
    }
}
