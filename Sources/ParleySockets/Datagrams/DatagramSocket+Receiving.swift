internal import ParleyDatagrams

extension DatagramSocket {
    /// What arrives, each datagram with its sender. Ends when the socket is closed.
    public nonisolated var datagrams: Elements<ReceivedDatagram> { Elements(mailbox) }

    /// What arrives, as many datagrams at a time as there are.
    public nonisolated var batches: AsyncStream<Batch<ReceivedDatagram>> { mailbox.batches() }

    /// Receives what the system holds, and hands it on. Called on the loop.
    func receiveAvailable() {
        guard !isReadingPaused, !isClosing else { return }
        let outcome = intake.receive(from: port, framing: options.framing)
        deliver()
        if case .failed = outcome { return fail() }
        coalesce(after: outcome)
    }

    private func deliver() {
        guard !intake.received.isEmpty else { return }
        let cost = intake.cost
        let mustPause =
            if let reader {
                reader.deliver(&intake.received, cost: cost, from: self)
            } else {
                mailbox.deliver(&intake.received, cost: cost)
            }
        guard mustPause else { return }
        isReadingPaused = true
        port.setReading(false)
    }

    func resumeReading() {
        guard isReadingPaused, !isClosing else { return }
        isReadingPaused = false
        if nextLook == nil { port.setReading(true) }
    }

    /// Puts what is received into a reader's stream instead of its own.
    func attach(to hub: ReaderHub) -> Bool {
        guard reader == nil, !isClosing, hub.insert(.socket(self)) else { return false }
        reader = hub
        intake.received = mailbox.drain()
        resumeReading()
        deliver()
        return true
    }

    /// Puts what is received into the socket's own stream again.
    func detach(from hub: ReaderHub) -> Bool {
        guard reader === hub else { return false }
        hub.remove(.socket(self))
        reader = nil
        resumeReading()
        return true
    }
}

/// Leads the port's readiness into the actor.
final class SocketPortHandler: PortHandler {
    private let socket: DatagramSocket

    init(socket: DatagramSocket) {
        self.socket = socket
    }

    func portBecameReadable() {
        socket.enter { $0.receiveAvailable() }
    }

    func portBecameWritable() {
        socket.enter { $0.sendQueued() }
    }
}
