internal import ParleyDatagrams

extension DatagramSocket {
    /// The received datagrams, each with its sender. Ends when the socket ends.
    public nonisolated var datagrams: Elements<ReceivedDatagram> { Elements(mailbox) }

    /// The received datagrams in batches: each has all that wait when the consumer asks.
    public nonisolated var batches: AsyncStream<Batch<ReceivedDatagram>> { mailbox.batches() }

    /// The same, but a batch waits in the socket until the consumer runs, so that `drain()` returns it.
    package nonisolated var unclaimedBatches: AsyncStream<Batch<ReceivedDatagram>> {
        mailbox.unclaimedBatches()
    }

    /// Receives a bounded number of datagrams and delivers them. Called on the loop.
    func receiveAvailable() {
        guard !isReadingPaused, !isClosing else { return }
        let outcome = intake.receive(from: port, framing: options.framing)
        deliver()
        if case .failed(let error) = outcome { return end(.failed(error)) }
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
        if nextRead == nil { port.setReading(true) }
    }

    /// Delivers to a reader instead of the socket's own mailbox, starting with what waits there.
    func attach(to reader: any DatagramSocketReader) -> Bool {
        guard self.reader == nil, !isClosing, reader.insert(self) else { return false }
        self.reader = reader
        intake.received = mailbox.drain()
        resumeReading()
        deliver()
        return true
    }

    /// Delivers to the socket's own mailbox again.
    func detach(from reader: any DatagramSocketReader) -> Bool {
        guard self.reader === reader else { return false }
        reader.remove(self)
        self.reader = nil
        resumeReading()
        return true
    }
}

/// Forwards the port's readiness to the actor.
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
