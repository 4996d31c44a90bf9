public import ParleyDatagrams

extension DatagramSocket {
    /// Sends a datagram: queues it, to leave with all others of this turn of the loop.
    ///
    /// Suspends only while more than `outboundWatermark` bytes wait. UDP promises nothing: whether
    /// it arrives is not known here.
    ///
    /// - Throws: `SendError.tooLong` over 65,507 bytes, header included; the socket lives on.
    @inlinable @inline(__always)
    public nonisolated func send(_ datagram: Datagram, to address: SocketAddress)
        async throws(SendError)
    {
        // As for a connection: nothing asynchronous is called while there is room.
        guard let room = try queue(datagram, to: address) else { return }
        try await send(datagram, to: address, after: room)
    }

    @usableFromInline
    nonisolated func queue(_ datagram: Datagram, to address: SocketAddress)
        throws(SendError) -> SendCapacity?
    {
        switch try outbox.append(datagram, to: address, framing: options.framing) {
        case .queued: return nil
        case .queuedFirst: loop.requestFlush(self)
        case .full(let room): return SendCapacity(promise: room)
        }
        return nil
    }

    @usableFromInline
    nonisolated func send(_ datagram: Datagram, to address: SocketAddress, after room: SendCapacity)
        async throws(SendError)
    {
        var full: SendCapacity? = room
        while let room = full {
            // On the loop itself nothing else would get to run the flush before we wait.
            if loop.isCurrent { endOfTurn() }
            do {
                try await room.promise.value()
            } catch {
                throw .cancelled
            }
            full = try queue(datagram, to: address)
        }
    }

    /// Sends until everything has left or the system's buffer is full. Called on the loop.
    func sendQueued() {
        while true {
            if outgoingStart == outgoing.count { refillOutgoing() }
            guard outgoingStart < outgoing.count else { break }
            guard sendOnce() else { return }
        }
        port.setWriting(false)
    }

    private func refillOutgoing() {
        if !outgoing.isEmpty {
            outbox.emptied(sent: outgoingSent.datagrams, bytes: outgoingSent.bytes)
        }
        outgoing.removeAll()
        outgoingStart = 0
        outgoingSent = (0, 0)
        outbox.take(into: &outgoing)
    }

    /// Sends one system call's worth; returns whether to go on.
    private func sendOnce() -> Bool {
        switch port.send(outgoing, from: outgoingStart) {
        case .sent(let count):
            for packet in outgoing.packets[outgoingStart..<outgoingStart + count] {
                outgoingSent.bytes += packet.count
            }
            outgoingSent.datagrams += count
            outgoingStart += count
            return true
        case .refused:
            refused += 1
            outgoingStart += 1
            return true
        case .wouldBlock:
            port.setWriting(true)
        case .failed:
            fail()
        }
        return false
    }
}

extension DatagramSocket: TurnEndHandler {
    /// Sends what this turn has queued. Called by the loop.
    package nonisolated func endOfTurn() {
        enter { $0.sendQueued() }
    }
}
