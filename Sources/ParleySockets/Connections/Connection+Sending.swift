public import ParleyDatagrams

extension Connection {
    /// Sends a datagram: queues it, to leave with all others of this turn of the loop in one write.
    ///
    /// Returns once the datagram is queued. Suspends while more than `outboundWatermark` bytes wait,
    /// which is how a slow peer slows its sender. Datagrams arrive whole and in the order of the
    /// calls.
    ///
    /// - Throws: `SendError`; nothing of the datagram is sent then.
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

    /// Queues a datagram; where there is no room, returns what tells of it.
    private nonisolated func queue(_ datagram: Datagram, framing: StreamFraming) throws(SendError)
        -> SendCapacity?
    {
        switch try outbox.append(datagram, framing: framing) {
        case .queued: return nil
        case .queuedFirst: loop.requestFlush(self)
        case .full(let room): return SendCapacity(promise: room)
        }
        return nil
    }

    @usableFromInline
    nonisolated func send(_ datagram: Datagram, framing: StreamFraming, after room: SendCapacity)
        async throws(SendError)
    {
        var full: SendCapacity? = room
        while let room = full {
            try await wait(for: room)
            full = try queue(datagram, framing: framing)
        }
    }

    /// Queues a datagram without ever waiting.
    ///
    /// - Throws: `SendError.queueFull` when `outboundLimit` bytes wait already.
    public nonisolated func offer(_ datagram: Datagram) throws(SendError) {
        try offer(datagram, framing: options.framing)
    }

    nonisolated func offer(_ datagram: Datagram, framing: StreamFraming) throws(SendError) {
        switch try outbox.append(datagram, framing: framing, limit: options.outboundLimit) {
        case .queued: break
        case .queuedFirst: loop.requestFlush(self)
        case .full: throw .queueFull
        }
    }

    /// Waits until all that was queued before this call has been given to the system.
    ///
    /// - Throws: `SendError.closed` when the connection ended first.
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

    private nonisolated func wait(for room: SendCapacity) async throws(SendError) {
        // On the loop itself nothing else would get to run the flush before we wait.
        if loop.isCurrent { endOfTurn() }
        do {
            try await room.promise.value()
        } catch {
            throw .cancelled
        }
    }

    /// Writes until everything has left or the system's buffer is full. Called on the loop.
    func writeQueued() {
        guard phase != .closed else { return }
        while true {
            if writingStart == writing.count { refillWriting() }
            guard writingStart < writing.count else { break }
            guard writeOnce() else { return }
        }
        port.setWriting(false)
        stalledSince = nil
        finishIfDone()
    }

    private func refillWriting() {
        writing.removeAll(keepingCapacity: writing.capacity <= Self.keptCapacity)
        writingStart = 0
        outbox.take(into: &writing)
    }

    /// Memory that an idle connection may keep from a busier time.
    private static let keptCapacity = 16 * 1024

    /// Writes once; returns whether to go on.
    private func writeOnce() -> Bool {
        let outcome = writing.withSpan { port.write($0.extracting(writingStart...)) }
        switch outcome {
        case .wrote(let count):
            writingStart += count
            stalledSince = nil
            outbox.wrote(count)
            return true
        case .wouldBlock:
            if stalledSince == nil {
                stalledSince = loop.now
                rearmWatchdog()
            }
            port.setWriting(true)
        case .failed(let error):
            readLastWords()
            terminate(after: error)
        }
        return false
    }

    /// Whether everything queued has been given to the system.
    var isDrained: Bool { outbox.counts.waiting == 0 }
}

extension Connection: TurnEndHandler {
    /// Writes what this turn has queued. Called by the loop.
    package nonisolated func endOfTurn() {
        enter { $0.writeQueued() }
    }
}
