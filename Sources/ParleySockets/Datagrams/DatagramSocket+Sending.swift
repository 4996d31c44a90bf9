public import ParleyDatagrams

extension DatagramSocket {
    /// Queues a datagram, to leave with all others of this turn of the loop.
    ///
    /// Suspends while datagrams that cost more than `outboundWatermark` wait. Delivery is not
    /// guaranteed and not reported.
    ///
    /// - Parameters:
    ///   - datagram: The datagram.
    ///   - address: The peer.
    ///   - local: The local address to send from, ``ReceivedDatagram/localAddress`` for an answer. Its
    ///     port does not matter. `nil` lets the system choose. A datagram is refused, and counted in
    ///     ``DatagramSocketStatistics/refused``, if the machine does not have the address.
    /// - Throws: `SendError.tooLong` over 65,507 bytes, header included. The socket stays usable.
    @inlinable @inline(__always)
    public nonisolated func send(
        _ datagram: Datagram, to address: SocketAddress, from local: SocketAddress? = nil
    ) async throws(SendError) {
        // As for a connection: nothing asynchronous is called while there is room.
        guard let room = try queue(datagram, to: address, from: local) else { return }
        try await send(datagram, to: address, from: local, after: room)
    }

    @usableFromInline
    nonisolated func queue(
        _ datagram: Datagram, to address: SocketAddress, from local: SocketAddress?
    ) throws(SendError) -> SendCapacity? {
        finishQueueing(
            try outbox.append(datagram, to: address, from: local, framing: options.framing))
    }

    @usableFromInline
    nonisolated func send(
        _ datagram: Datagram, to address: SocketAddress, from local: SocketAddress?,
        after room: SendCapacity
    ) async throws(SendError) {
        try await wait(for: room) { () throws(SendError) in
            try queue(datagram, to: address, from: local)
        }
    }

    /// Sends until everything has left, the system's buffer is full, or the socket has had its share
    /// of the turn. Called on the loop.
    func sendQueued() {
        // Senders on other threads may queue as fast as the system takes the datagrams.
        if sendShare() { loop.requestFlush(self) }
    }

    /// Sends a bounded number of times; returns whether there may be more to send right now.
    func sendShare() -> Bool {
        for _ in 0..<Self.sendsPerTurn {
            if outgoingStart == outgoing.count { refillOutgoing() }
            guard outgoingStart < outgoing.count else {
                port.setWriting(false)
                return false
            }
            guard sendOnce() else { return false }
        }
        return true
    }

    /// System calls a socket may make before other sockets, timers and tasks get their turn.
    private static let sendsPerTurn = 16

    private func refillOutgoing() {
        if !outgoing.isEmpty {
            outbox.emptied(sent: outgoingSent.datagrams, bytes: outgoingSent.bytes)
        }
        outgoing.removeAll()
        outgoingStart = 0
        outgoingSent = (0, 0)
        outbox.take(into: &outgoing)
    }

    /// Makes one system call; returns whether to go on.
    private func sendOnce() -> Bool {
        isBlocked = false
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
            isBlocked = true
            port.setWriting(true)
        case .failed(let error):
            end(.failed(error))
        }
        return false
    }
}

extension DatagramSocket: TurnEndHandler {
    /// Sends what this turn has queued, unless the system's buffer is known to be full. Called by
    /// the loop.
    package nonisolated func endOfTurn() {
        enter { socket in
            if !socket.isBlocked { socket.sendQueued() }
        }
    }
}
