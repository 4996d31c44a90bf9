public import ParleyDatagrams

extension Connection {
    /// Queues a datagram. All datagrams of a turn of the loop leave in one write at its end.
    ///
    /// Suspends while more than `outboundWatermark` bytes wait, so a slow peer slows its sender.
    /// Datagrams arrive whole and in the order of the calls.
    ///
    /// - Throws: `SendError`. Nothing of the datagram is sent then.
    @inlinable @inline(__always)
    public nonisolated func send(_ datagram: Datagram) async throws(SendError) {
        // Inlined into the user's function: as long as there is room, nothing asynchronous is
        // called, which would cost more than the rest.
        guard let room = try queue(datagram) else { return }
        try await send(datagram, framing: options.framing, after: room)
    }

    nonisolated func send(_ datagram: Datagram, framing: StreamFraming) async throws(SendError) {
        guard let room = try queue(datagram, framing: framing) else { return }
        try await send(datagram, framing: framing, after: room)
    }

    @usableFromInline
    nonisolated func queue(_ datagram: Datagram) throws(SendError) -> SendCapacity? {
        try queue(datagram, framing: options.framing)
    }

    /// Queues a datagram; where there is no room, returns what to wait for.
    private nonisolated func queue(_ datagram: Datagram, framing: StreamFraming) throws(SendError)
        -> SendCapacity?
    {
        finishQueueing(try outbox.append(datagram, framing: framing))
    }

    @usableFromInline
    nonisolated func send(_ datagram: Datagram, framing: StreamFraming, after room: SendCapacity)
        async throws(SendError)
    {
        try await wait(for: room) { () throws(SendError) in
            try queue(datagram, framing: framing)
        }
    }

    /// Queues a datagram without waiting.
    ///
    /// - Throws: `SendError.queueFull` when `outboundLimit` bytes wait already.
    public nonisolated func offer(_ datagram: Datagram) throws(SendError) {
        try offer(datagram, framing: options.framing)
    }

    nonisolated func offer(_ datagram: Datagram, framing: StreamFraming) throws(SendError) {
        let outcome = try outbox.append(datagram, framing: framing, limit: options.outboundLimit)
        guard finishQueueing(outcome) == nil else { throw .queueFull }
    }

    /// How many bytes wait to be given to the system.
    package nonisolated var queuedCount: Int { outbox.counts.waiting }

    /// Waits until everything queued before this call has been given to the system.
    ///
    /// - Throws: `SendError.closed` when the connection ends first.
    public nonisolated func flush() async throws(SendError) {
        let flushed = outbox.flushed()
        loop.requestFlush(self)
        let refusal: SendError?
        do {
            refusal = try await flushed.value()
        } catch {
            throw .cancelled
        }
        if let refusal { throw refusal }
    }

    /// Writes until everything has left, the system's buffer is full, or the connection has had its
    /// share of the turn. Called on the loop.
    func writeQueued() {
        guard phase != .closed else { return }
        if let transform { return writeSealed(transform) }
        for _ in 0..<Self.writesPerTurn {
            if writingStart == writing.count { refillWriting() }
            guard writingStart < writing.count else { return noteDrained() }
            guard writeOnce() else { return }
        }
        // Senders on other threads may queue as fast as the system takes the bytes.
        loop.requestFlush(self)
    }

    func noteDrained() {
        port.setWriting(false)
        finishIfDone()
    }

    /// Writes a connection may make before other sockets, timers and tasks get their turn.
    static let writesPerTurn = 16

    func refillWriting() {
        writing.removeAll(keepingCapacity: true)
        if writing.capacity > MemoryPool.ownCapacity { memory.give(&writing) }
        writingStart = 0
        outbox.take(into: &writing)
    }

    /// Writes once; returns whether to go on.
    private func writeOnce() -> Bool {
        let outcome = writing.withSpan { port.write($0.extracting(writingStart...)) }
        guard let count = written(outcome) else { return false }
        writingStart += count
        outbox.wrote(count)
        return true
    }

    /// The number of bytes that the system took. Where it took none, does what follows from that.
    func written(_ outcome: WriteOutcome) -> Int? {
        switch outcome {
        case .wrote(let count):
            stalledSince = nil
            return count
        case .wouldBlock:
            if stalledSince == nil {
                stalledSince = loop.now
                rearmWatchdog()
            }
            port.setWriting(true)
        case .failed(let error):
            isReset = error == .connectionReset
            readLastWords()
            terminate(after: error)
        }
        return nil
    }

    /// Whether everything queued has been given to the system, the end of an encrypted stream included.
    var isDrained: Bool { outbox.counts.waiting == 0 && (transform?.isDrained ?? true) }
}

extension Connection: TurnEndHandler {
    /// Writes what this turn has queued, unless the system's buffer is known to be full. Called by
    /// the loop.
    package nonisolated func endOfTurn() {
        enter { connection in
            if connection.stalledSince == nil { connection.writeQueued() }
        }
    }
}
