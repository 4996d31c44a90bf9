public import ParleyDatagrams

extension Connection {
    /// What arrives, datagram by datagram, until the connection ends.
    ///
    /// Everything that came before the end is delivered first. One consumer at a time: two would
    /// share the datagrams between them.
    public nonisolated var datagrams: Elements<Datagram> { Elements(mailbox) }

    /// What arrives, as many datagrams at a time as there are.
    public nonisolated var batches: AsyncStream<Batch<Datagram>> { mailbox.batches() }

    /// Changes how the bytes that come from now on are cut into datagrams.
    ///
    /// Bytes of a frame that is not complete yet are lost: best called before the peer sends.
    public func setFraming(_ framing: StreamFraming) {
        decoder = FrameDecoder(
            framing: framing, maximumFrameLength: options.maximumDatagramCount)
    }

    /// Begins to read. Called once, on the loop.
    func start() {
        // A shutdown of the manager may have begun to close it already.
        guard phase != .closed else { return }
        lastReceived = loop.now
        let hasMore = writingStart < writing.count
        do throws(SystemError) {
            try port.start(
                ConnectionPortHandler(connection: self), reading: true, writing: hasMore)
        } catch {
            terminate(.failed(error))
            return
        }
        rearmWatchdog()
    }

    /// Reads what is there, a bounded number of times so that other sockets get their turn.
    func readAvailable() {
        var reads = 0
        while reads < Self.readsPerTurn, !isReadingPaused, phase != .closed {
            reads += 1
            guard readOnce() else { break }
        }
        deliverReceived()
    }

    private static let readsPerTurn = 4

    /// Reads once; returns whether there may be more right now.
    private func readOnce() -> Bool {
        var violation: FramingError?
        let outcome = port.read { bytes in
            guard phase != .closing else { return }
            do throws(FramingError) {
                try decoder.receive(bytes) { received.append($0) }
            } catch {
                violation = error
            }
        }
        switch outcome {
        case .bytes(let count, let more):
            bytesReceived += count
            lastReceived = loop.now
            guard let violation else { return more }
            deliverReceived()
            terminate(.protocolViolation(violation))
        case .wouldBlock:
            break
        case .end:
            deliverReceived()
            peerEnded()
        case .failed(let error):
            deliverReceived()
            terminate(after: error)
        }
        return false
    }

    /// Reads what came before the connection broke, which writing may be the first to find out: a
    /// peer's last words shall arrive. There is no more of it than the system's buffer holds.
    func readLastWords() {
        while phase != .closed, !hasPeerEnded, readOnce() {}
        deliverReceived()
    }

    /// Hands on what this turn has brought, and pauses reading where that is too much.
    private func deliverReceived() {
        guard !received.isEmpty else { return }
        datagramsReceived += received.count
        let cost = received.reduce(0) { $0 + $1.count + Self.costPerDatagram }
        let mustPause =
            if let reader {
                reader.deliver(&received, cost: cost, from: self)
            } else {
                mailbox.deliver(&received, cost: cost)
            }
        if mustPause { pauseReading() }
    }

    /// What keeping a datagram costs beside its bytes, so that empty ones are bounded too.
    private static let costPerDatagram = 32

    func pauseReading() {
        guard phase != .closed, phase != .closing else { return }
        isReadingPaused = true
        port.setReading(false)
    }

    /// Goes on reading after the consumer has caught up.
    func resumeReading() {
        guard isReadingPaused, phase != .closed else { return }
        isReadingPaused = false
        // The silence was ours.
        lastReceived = loop.now
        if !hasPeerEnded { port.setReading(true) }
        rearmWatchdog()
    }

    /// The peer will send nothing more.
    private func peerEnded() {
        guard phase != .closed, !hasPeerEnded else { return }
        hasPeerEnded = true
        port.setReading(false)
        if phase == .closing {
            finishIfDone()
            return
        }
        if decoder.isMidFrame {
            terminate(.protocolViolation(.cutOff(received: decoder.bufferedCount)))
            return
        }
        mailbox.finish()
        detachReader()
        if !options.allowsHalfClose { beginFinishing() }
        finishIfDone()
    }
}

/// Leads the port's readiness into the actor.
final class ConnectionPortHandler: PortHandler {
    private let connection: Connection

    init(connection: Connection) {
        self.connection = connection
    }

    func portBecameReadable() {
        connection.enter { $0.readAvailable() }
    }

    func portBecameWritable() {
        connection.enter { $0.writeQueued() }
    }
}
