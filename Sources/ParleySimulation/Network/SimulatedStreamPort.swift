internal import ParleyDatagrams
internal import ParleySockets

/// One end of a simulated TCP connection.
final class SimulatedStreamPort: SimulatedPort, StreamPort, @unchecked Sendable {
    let remoteAddress: SocketAddress
    private var incoming: StreamPipe?
    private var outgoing: StreamPipe?
    private var unread: [Datagram] = []
    /// How much of the first unread piece has been read.
    private var readCount = 0
    private(set) var unreadCount = 0
    private var hasEnded = false
    private var failure: SystemError?
    private(set) var isConnecting: Bool
    private var connectFailure: SystemError?
    private var isShutDown = false
    private var isBusy = false

    /// The most that one call reads or writes, in bytes.
    private static let mostPerCall = 16 * 1024

    init(
        host: SimulatedHost, localAddress: SocketAddress, remoteAddress: SocketAddress,
        isConnecting: Bool
    ) {
        self.remoteAddress = remoteAddress
        self.isConnecting = isConnecting
        super.init(host: host, localAddress: localAddress)
    }

    override var isReadable: Bool {
        !isConnecting && (unreadCount > 0 || hasEnded || failure != nil)
    }

    override var isWritable: Bool {
        guard !isConnecting else { return connectFailure != nil }
        return failure != nil || (!isBusy && (outgoing?.room ?? 1) > 0)
    }

    // MARK: Connecting

    /// Whether no peer has been found yet. One that has answered answers once, also when it has hung
    /// up since, for that is under way; but the next life of a host that has crashed knows nothing.
    var isUnanswered: Bool { outgoing == nil }

    func connectError() -> SystemError? { connectFailure }

    /// The connection is there: bytes may go.
    func connect(incoming: StreamPipe, outgoing: StreamPipe) {
        self.incoming = incoming
        self.outgoing = outgoing
        incoming.receiver = self
        outgoing.sender = self
    }

    func connectFailed(_ error: SystemError) {
        guard isConnecting, !isClosed else { return }
        connectFailure = error
        readinessChanged()
    }

    // MARK: Reading

    func read(_ consume: (Span<UInt8>) -> Void) -> ReadOutcome {
        guard !isClosed else { return .end }
        guard unreadCount > 0, let first = unread.first else {
            if let failure { return .failed(failure) }
            return hasEnded ? .end : .wouldBlock
        }
        var count = first.count - readCount
        if scheduler.random.happens(faults.partialReads) {
            count = 1 + scheduler.random.index(below: count)
        }
        let range = readCount..<readCount + count
        first.withSpan { consume($0.extracting(range)) }
        readCount += count
        unreadCount -= count
        if readCount == first.count {
            unread.removeFirst()
            readCount = 0
        }
        incoming?.sender?.readinessChanged()
        return .bytes(count, more: unreadCount > 0)
    }

    /// Something has come over the way.
    func arrive(_ segment: StreamPipe.Segment) {
        switch segment {
        case .answer:
            isConnecting = connectFailure != nil
        case .bytes(let bytes):
            unread.append(bytes)
            unreadCount += bytes.count
        case .end:
            hasEnded = true
        case .reset:
            return arrive(.connectionReset)
        }
        readinessChanged()
    }

    /// Breaks the connection. Bytes that arrived before can still be read.
    func arrive(_ error: SystemError) {
        guard failure == nil, !isClosed else { return }
        guard !isConnecting else {
            return connectFailed(error == .connectionReset ? .connectionRefused : error)
        }
        failure = error
        outgoing?.discard()
        readinessChanged()
    }

    /// Sends a reset back: what the peer sent has found no receiver.
    func refuse() {
        if let incoming { incoming.send(.reset) } else { arrive(.connectionReset) }
    }

    // MARK: Writing

    func write(_ bytes: Span<UInt8>) -> WriteOutcome {
        guard !isClosed, !isShutDown, let outgoing else { return .failed(.brokenPipe) }
        if let failure { return .failed(failure) }
        var count = min(bytes.count, outgoing.room, Self.mostPerCall)
        guard count > 0 else { return .wouldBlock }
        if scheduler.random.happens(faults.busyWrites) {
            becomeBusy()
            return .wouldBlock
        }
        if scheduler.random.happens(faults.partialWrites) {
            count = 1 + scheduler.random.index(below: count)
        }
        outgoing.send(.bytes(Datagram(copying: bytes.extracting(first: count))))
        return .wrote(count)
    }

    private func becomeBusy() {
        isBusy = true
        scheduler.schedule(after: .milliseconds(1)) {
            self.isBusy = false
            self.readinessChanged()
        }
    }

    // MARK: Ending

    func shutDownWriting() {
        guard !isClosed, !isShutDown else { return }
        isShutDown = true
        if failure == nil { outgoing?.send(.end) }
    }

    func reset() {
        guard !isClosed else { return }
        outgoing?.discard()
        if failure == nil { outgoing?.send(.reset) }
        isShutDown = true
        (unread, unreadCount) = ([], 0)
        close()
    }

    /// Something between the two ends breaks the connection.
    func breakOff() {
        guard !isConnecting else { return }
        outgoing?.receiver?.arrive(.connectionReset)
        arrive(.connectionReset)
    }

    override func vanish() {
        isShutDown = true
        outgoing?.discard()
        if let peer = outgoing?.receiver, peer.isConnecting {
            (peer.incoming, peer.outgoing) = (nil, nil)
        }
        super.vanish()
    }

    /// As on a real system, closing with unread bytes resets the connection, even after this end's
    /// own end.
    override func didClose() {
        host.ports.remove(self)
        if failure == nil {
            if unreadCount > 0 {
                outgoing?.send(.reset)
            } else if !isShutDown {
                outgoing?.send(.end)
            }
        }
        unread = []
        unreadCount = 0
    }
}
