internal import ParleyDatagrams

extension Connection {
    /// Ends the sending direction once everything queued has left. Receiving goes on.
    ///
    /// The peer sees the end after the last datagram. The connection ends when the peer ends its
    /// direction too.
    public func finish() {
        guard phase == .open else { return }
        beginFinishing()
        finishIfDone()
    }

    /// Sends everything queued, tells the peer, waits for its end, and closes the socket.
    ///
    /// The connection waits for the peer's end for a second at most. The wait keeps the last
    /// datagrams from being lost: closing a socket while bytes arrive resets the connection. The
    /// streams of this connection end at once, after the datagrams already received.
    ///
    /// Cancelling the task does not shorten the wait, so a cancelled server can still say goodbye.
    ///
    /// - Parameter limit: The time after which the connection is reset even if bytes still wait.
    public func close(within limit: Duration = .seconds(5)) async {
        beginClosing(within: limit)
        _ = await ended.valueDespiteCancellation()
    }

    /// Closes at once. Queued datagrams are lost, and the peer sees a reset.
    public func abort() {
        guard phase != .closed else { return }
        port.reset()
        terminate(.local)
    }

    func beginClosing(within limit: Duration) {
        guard phase == .open || phase == .finishing else { return }
        phase = .closing
        outbox.refuse(with: .closed(.local))
        mailbox.finish()
        detachReader()
        isReadingPaused = false
        if !hasPeerEnded { port.setReading(true) }
        closeAt(limit)
        loop.requestFlush(self)
    }

    func beginFinishing() {
        guard phase == .open else { return }
        phase = .finishing
        outbox.refuse(with: .closed(hasPeerEnded ? .closedByPeer : .local))
        loop.requestFlush(self)
    }

    /// Takes the next step towards the end, once everything queued has been written.
    func finishIfDone() {
        guard phase == .finishing || phase == .closing, isDrained else { return }
        if hasPeerEnded {
            terminate(phase == .closing || !endedByPeerFirst ? .local : .closedByPeer)
            return
        }
        if !isShutDown { port.shutDownWriting() }
        isShutDown = true
        if phase == .closing && !isLingering {
            isLingering = true
            closeAt(Self.lingering)
        }
    }

    /// Ends the connection after the system reported an error.
    ///
    /// A peer that has ended its direction answers later bytes with a reset. That is still an
    /// orderly end. A reset after this side's own end loses nothing either.
    func terminate(after error: SystemError) {
        guard error.isReset else { return terminate(.failed(error)) }
        if phase == .closing && isShutDown {
            terminate(.local)
        } else {
            terminate(hasPeerEnded && !options.allowsHalfClose ? .closedByPeer : .reset)
        }
    }

    /// How long a closing connection waits for the peer's end after its own.
    private static let lingering = Duration.seconds(1)

    private var endedByPeerFirst: Bool { outbox.refusal == .closed(.closedByPeer) }

    /// Ends the connection for good and gives its memory back.
    ///
    /// The mailbox keeps the datagrams that its consumer has not taken yet.
    func terminate(_ reason: CloseReason) {
        guard phase != .closed else { return }
        phase = .closed
        if let watchdog { loop.cancel(watchdog) }
        if reason.isViolent { port.reset() } else { port.close() }
        writing = Datagram()
        writingStart = 0
        earlyPlaintext = nil
        transform = nil
        decoder = FrameDecoder(framing: decoder.framing, maximumFrameLength: 0)
        received = []
        outbox.abandon(with: .closed(reason))
        mailbox.finish()
        detachReader()
        ended.fulfil(reason)
        registry?.remove(self, reason: reason)
        registry = nil
    }

    func detachReader() {
        reader?.remove(.connection(self))
        reader = nil
    }

    // MARK: The watchdog: one timer for all deadlines

    private func closeAt(_ limit: Duration) {
        if let watchdog { loop.cancel(watchdog) }
        watchdog = loop.schedule(at: loop.now.advanced(by: limit)) { [weak self] in
            self?.assumeIsolated { $0.abandonClosing() }
        }
    }

    private func abandonClosing() {
        guard phase == .closing else { return }
        if !isDrained { port.reset() }
        terminate(.local)
    }

    /// Sets the timer for the earlier of silence and stalling.
    func rearmWatchdog() {
        guard phase == .open || phase == .finishing else { return }
        if let watchdog { loop.cancel(watchdog) }
        watchdog = nil
        guard let deadline = [idleDeadline, stallDeadline].compactMap({ $0 }).min() else { return }
        watchdog = loop.schedule(at: deadline) { [weak self] in
            self?.assumeIsolated { $0.checkDeadlines() }
        }
    }

    private func checkDeadlines() {
        watchdog = nil
        let now = loop.now
        if let stallDeadline, stallDeadline <= now {
            terminate(.limitExceeded(.stalled))
        } else if let idleDeadline, idleDeadline <= now {
            terminate(.idleTimeout)
        } else {
            rearmWatchdog()
        }
    }

    private var idleDeadline: NetworkInstant? {
        guard let limit = options.idleTimeout, !isReadingPaused, !hasPeerEnded else { return nil }
        return lastReceived.advanced(by: limit)
    }

    private var stallDeadline: NetworkInstant? {
        guard let limit = options.stallTimeout, let since = stalledSince else { return nil }
        return since.advanced(by: limit)
    }
}

extension CloseReason {
    /// Whether the peer sees a reset instead of an end.
    fileprivate var isViolent: Bool {
        switch self {
        // Behind an alert comes an end: a reset could overtake it.
        case .local, .closedByPeer, .reset, .security: false
        case .idleTimeout, .protocolViolation, .limitExceeded, .failed: true
        }
    }
}
