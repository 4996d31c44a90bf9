public import ParleyDatagrams

extension Connection {
    /// The received datagrams, until the connection ends.
    ///
    /// Everything that came before the end is delivered first. Several consumers share the
    /// datagrams: each goes to one of them.
    public nonisolated var datagrams: Elements<Datagram> { Elements(mailbox) }

    /// The received datagrams in batches: each has all that wait when the consumer asks.
    public nonisolated var batches: AsyncStream<Batch<Datagram>> { mailbox.batches() }

    /// Ends ``datagrams``, in any thread: what comes from now on is dropped, while the connection still sends.
    /// What was received and not taken is still there.
    package nonisolated func stopDelivering() { mailbox.finish() }

    /// Changes the framing of the bytes that come from now on.
    ///
    /// The bytes of an incomplete frame are lost, so call it before the peer sends.
    public func setFraming(_ framing: StreamFraming) {
        decoder = FrameDecoder(
            framing: framing, maximumFrameLength: options.maximumDatagramCount)
    }

    /// Starts reading. Called once, on the loop.
    func start() {
        // A shutdown of the manager may have begun to close it already.
        guard phase != .closed else { return }
        lastReceived = loop.now
        let hasMore = writingStart < writing.count || transform != nil
        if transform != nil { port.limitUnsent(to: Self.unsentLimit) }
        do throws(SystemError) {
            try port.start(
                ConnectionPortHandler(connection: self), reading: true, writing: hasMore)
        } catch {
            terminate(.failed(error))
            return
        }
        rearmWatchdog()
        if earlyPlaintext != nil { receiveEarlyPlaintext() }
    }

    /// Reads a bounded number of times, so that other sockets get their turn.
    ///
    /// Each read is delivered before the next, so the mailbox exceeds its bound by one read at most.
    func readAvailable() {
        var reads = 0
        while reads < Self.readsPerTurn, !isReadingPaused, phase != .closed {
            reads += 1
            guard readOnce() else { break }
        }
    }

    private static let readsPerTurn = 4

    /// Reads once and delivers the datagrams; returns whether there may be more right now.
    private func readOnce() -> Bool {
        var failure: CloseReason?
        let outcome = port.read { bytes in
            guard phase != .closing else { return }
            failure = transform == nil ? decode(bytes) : open(bytes)
        }
        releaseMemory()
        deliverReceived()
        switch outcome {
        case .bytes(let count, let more):
            if transform == nil { bytesReceived += count }
            lastReceived = loop.now
            if let failure {
                fail(failure)
            } else if let transform {
                return noteReceived(by: transform) && more
            } else {
                return more
            }
        case .wouldBlock:
            break
        case .end:
            if !isReset { streamEnded() }
        case .failed(let error):
            terminate(after: error)
        }
        return false
    }

    /// Cuts plaintext into datagrams; returns why the connection has to end, if it has.
    func decode(_ bytes: Span<UInt8>) -> CloseReason? {
        if decoder.hasNoMemory, bytes.count > MemoryPool.ownCapacity {
            decoder.adopt(memory.take(for: bytes.count))
        }
        do throws(FramingError) {
            try decoder.receive(bytes) { received.append($0) }
            if options.deliversTLSHello, decoder.isMidFrame { deliverTLSHello() }
            return nil
        } catch {
            return .protocolViolation(error)
        }
    }

    /// Delivers the first bytes of a stream that turns out to be TLS.
    private func deliverTLSHello() {
        guard transform == nil, datagramsReceived == 0, received.isEmpty, decoder.beginsLikeTLS,
            let hello = decoder.takeUnfinished()
        else { return }
        received.append(hello)
    }

    /// Gives the memory of a read back.
    func releaseMemory() {
        if var block = decoder.releaseMemory(over: MemoryPool.ownCapacity) { memory.give(&block) }
    }

    /// Reads what came before the connection broke, when a write is the first to find out: the
    /// peer's last datagrams must arrive. The system's buffer bounds them.
    func readLastWords() {
        while phase != .closed, !hasPeerEnded, readOnce() {}
    }

    /// Delivers the datagrams of a read, and pauses reading if the consumer is too far behind.
    func deliverReceived() {
        guard !received.isEmpty else { return }
        datagramsReceived += received.count
        let cost = Self.cost(of: received)
        let mustPause =
            if let reader {
                reader.deliver(&received, cost: cost, from: self)
            } else {
                mailbox.deliver(&received, cost: cost)
            }
        if mustPause { pauseReading() }
    }

    /// What datagrams count towards the bound of a mailbox: their bytes, and 32 bytes each for
    /// keeping them, so that empty datagrams are bounded too.
    static func cost(of datagrams: [Datagram]) -> Int {
        datagrams.reduce(0) { $0 + $1.count + 32 }
    }

    func pauseReading() {
        guard phase != .closed, phase != .closing else { return }
        isReadingPaused = true
        port.setReading(false)
    }

    /// Resumes reading after the consumer has caught up.
    func resumeReading() {
        guard isReadingPaused, phase != .closed else { return }
        isReadingPaused = false
        // This side caused the silence.
        lastReceived = loop.now
        if !hasPeerEnded { port.setReading(true) }
        rearmWatchdog()
    }

    /// The peer will send nothing more.
    func peerEnded() {
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

/// Forwards the port's readiness to the actor.
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
