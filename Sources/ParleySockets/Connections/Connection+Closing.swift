internal import ParleyDatagrams

extension Connection {
    /// Ends the sending direction once everything queued has left; receiving goes on.
    ///
    /// The peer sees the end after the last datagram. The connection ends when the peer ends its
    /// direction too.
    public func finish() {
        guard phase == .open else { return }
        beginFinishing()
        finishIfDone()
    }

    /// Closes: sends what is queued, tells the peer, waits for its end, and gives the socket back.
    ///
    /// Waiting for the peer's end (for a second at most) keeps the last datagrams from being lost: a
    /// socket that is closed while bytes arrive resets the connection. Streams of this connection
    /// end at once, after what had been received.
    ///
    /// Cancelling the task does not hurry it, so that a server which is cancelled can say goodbye.
    ///
    /// - Parameter limit: After this the connection is cut off even if bytes still wait.
    public func close(within limit: Duration = .seconds(5)) async {
        beginClosing(within: limit)
        _ = await ended.valueDespiteCancellation()
    }

    /// Closes at once. What is queued is lost, and the peer sees a reset.
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

    /// Takes the next step towards the end, when what it waits for has come.
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

    /// Ends the connection after the system said that it is broken.
    ///
    /// A peer that closes while we send answers what comes after its end with a reset. That is still
    /// its orderly end; and once all is sent and the end said, a reset takes nothing from us.
    func terminate(after error: SystemError) {
        guard error.isReset else { return terminate(.failed(error)) }
        if phase == .closing && isShutDown {
            terminate(.local)
        } else {
            terminate(hasPeerEnded && !options.allowsHalfClose ? .closedByPeer : .reset)
        }
    }

    /// How long a closed connection waits for the peer's end after its own.
    private static let lingering = Duration.seconds(1)

    private var endedByPeerFirst: Bool { outbox.refusal == .closed(.closedByPeer) }

    /// Ends the connection for good. Called once something has decided why.
    func terminate(_ reason: CloseReason) {
        guard phase != .closed else { return }
        phase = .closed
        if let watchdog { loop.cancel(watchdog) }
        if reason.isViolent { port.reset() } else { port.close() }
        writing = Datagram()
        writingStart = 0
        outbox.abandon(with: .closed(reason))
        mailbox.finish()
        detachReader()
        ended.fulfil(reason)
        registry?.remove(self, reason: reason)
        registry = nil
    }

    func detachReader() {
        reader?.forget(self)
        reader = nil
    }

    // MARK: The watchdog: one timer for every deadline

    private func closeAt(_ limit: Duration) {
        if let watchdog { loop.cancel(watchdog) }
        watchdog = loop.schedule(at: loop.now.advanced(by: limit)) { [weak self] in
            self?.assumeIsolated { $0.giveUpClosing() }
        }
    }

    private func giveUpClosing() {
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
    /// Whether the peer is cut off instead of being told.
    fileprivate var isViolent: Bool {
        switch self {
        case .local, .closedByPeer, .reset: false
        case .idleTimeout, .protocolViolation, .limitExceeded, .failed: true
        }
    }
}
