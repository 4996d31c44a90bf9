internal import ParleyDatagrams
internal import ParleySockets

// MARK: - Out

extension ConditionedStreamPort {
    func write(_ bytes: Span<UInt8>) -> WriteOutcome {
        guard !isClosed, !isShutDown else { return .failed(.brokenPipe) }
        if case .failure(let error) = ending { return .failed(error) }
        let now = now
        let count = outgoing.room(for: bytes.count, at: now)
        guard count > 0 || bytes.isEmpty else { return .wouldBlock }
        outgoing.send(bytes.extracting(..<count), at: now)
        writeArrived(at: now)
        settle()
        return .wrote(count)
    }

    /// Writes the bytes that have arrived over the link to the port underneath, as far as it takes them.
    func writeArrived(at now: NetworkInstant) {
        while true {
            if blockedStart == blocked.count {
                blocked = Datagram()
                blockedStart = 0
                guard let piece = outgoing.popArrived(at: now) else { return }
                switch piece {
                case .bytes(let bytes): blocked = bytes
                case .end: base.shutDownWriting()
                // The cut-off is due as well, and is a reset.
                case .failure: break
                }
            } else if isOutgoingBroken {
                outgoing.took(blocked.count - blockedStart)
                blockedStart = blocked.count
            } else {
                guard writeBlocked(at: now) else { return }
            }
        }
    }

    /// Writes once; returns whether to go on.
    private func writeBlocked(at now: NetworkInstant) -> Bool {
        switch blocked.withSpan({ base.write($0.extracting(blockedStart...)) }) {
        case .wrote(let count):
            blockedStart += count
            outgoing.took(count)
            return true
        case .wouldBlock:
            return false
        case .failed(let error):
            breakDown(error, at: now)
            return true
        }
    }

    /// The peer has broken the connection: receives what it sent before, and reports the error to the
    /// sender after the link's delay.
    private func breakDown(_ error: SystemError, at now: NetworkInstant) {
        isOutgoingBroken = true
        while receiveOnce(at: now) {}
        guard !hasBaseEnded else { return }
        hasBaseEnded = true
        incoming.sendFailure(error, at: now)
    }
}

// MARK: - In

extension ConditionedStreamPort {
    private static let keptCapacity = 1 << 16

    func read(_ consume: (Span<UInt8>) -> Void) -> ReadOutcome {
        guard !isClosed else { return .end }
        guard !arrived.isEmpty else {
            switch ending {
            case .end: return .end
            case .failure(let error): return .failed(error)
            case nil: return .wouldBlock
            }
        }
        let count = arrived.count
        arrived.withSpan(consume)
        arrived.removeAll(keepingCapacity: arrived.capacity <= Self.keptCapacity)
        incoming.took(count)
        settle()
        return .bytes(count, more: ending != nil)
    }

    /// Bytes that arrive after this side has closed are received and dropped, because the system would
    /// reset the connection for unread bytes.
    func hasSpaceToReceive(at now: NetworkInstant) -> Bool {
        isClosed || incoming.room(for: Link.segmentSize, at: now) > 0
    }

    /// Receives once; returns whether there may be more right now.
    func receiveOnce(at now: NetworkInstant) -> Bool {
        guard !hasBaseEnded else { return false }
        let outcome = base.read { bytes in
            if !isClosed { incoming.send(bytes, at: now) }
        }
        switch outcome {
        case .bytes(_, let more):
            return more
        case .wouldBlock:
            return false
        case .end:
            incoming.sendEnd(at: now)
        case .failed(let error):
            incoming.sendFailure(error, at: now)
        }
        hasBaseEnded = true
        return false
    }

    /// Hands the bytes that have arrived over the link to the reader.
    func takeArrived(at now: NetworkInstant) {
        while let piece = incoming.popArrived(at: now) {
            switch piece {
            case .bytes(let bytes): arrived.append(contentsOf: bytes)
            case .end: ending = .end
            case .failure(let error): ending = .failure(error)
            }
        }
    }
}
