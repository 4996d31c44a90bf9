internal import ParleyDatagrams

/// A stream after its handshake: what encrypts it, and the plaintext that came right behind the handshake.
struct SecuredStream: Sendable {
    let transform: any StreamTransform
    var earlyPlaintext = Datagram()
}

// Between the socket and the framing of an encrypted connection. Its handshake has ended before there
// is a connection.
extension Connection {
    // MARK: Receiving

    /// Opens ciphertext; returns why the connection has to end, if it has.
    func open(_ ciphertext: Span<UInt8>) -> CloseReason? {
        guard let transform else { return nil }
        var failure: CloseReason?
        do throws(SecurityFailure) {
            try loop.streamScratch.lend { scratch throws(SecurityFailure) in
                try transform.receive(ciphertext, at: loop.now, scratch: &scratch) { plaintext in
                    bytesReceived += plaintext.count
                    if failure == nil { failure = decode(plaintext) }
                }
            }
        } catch {
            return failure ?? .security(error)
        }
        return failure
    }

    /// Delivers what came with the end of the handshake. Called once, when reading starts.
    func receiveEarlyPlaintext() {
        guard let early = earlyPlaintext.take(), let transform, phase != .closing else { return }
        bytesReceived += early.count
        let failure = early.isEmpty ? nil : early.withSpan { decode($0) }
        releaseMemory()
        deliverReceived()
        if let failure { return fail(failure) }
        _ = noteReceived(by: transform)
        writeSealed(transform)
    }

    /// Sends what receiving has caused, and notices that the peer has finished; returns whether there
    /// is more to read.
    func noteReceived(by transform: any StreamTransform) -> Bool {
        if transform.outputCount > 0 { loop.requestFlush(self) }
        guard transform.stage == .finishedByPeer else { return true }
        peerEnded()
        return false
    }

    /// The peer's stream has ended, in order or not.
    func streamEnded() {
        if let transform, phase != .closing {
            do throws(SecurityFailure) {
                try transform.receiveEnd()
            } catch {
                return fail(.security(error))
            }
        }
        peerEnded()
    }

    /// Ends the connection because of what came. One attempt is made to send the alert.
    func fail(_ reason: CloseReason) {
        if case .security = reason { _ = transform?.writeOutput(to: port) }
        terminate(reason)
    }

    // MARK: Sending

    /// The unsent bytes in the system's buffer from which on nothing more is sealed: what is sealed
    /// cannot be replaced by something newer.
    static let unsentLimit = 16 * 1_024

    /// Writes what waits, sealed, until everything has left, the system's buffer is full, or the
    /// connection has had its share of the turn.
    ///
    /// Plaintext is sealed only when all that was sealed before has left, so what waits can still be
    /// counted and dropped as datagrams.
    func writeSealed(_ transform: any StreamTransform) {
        for _ in 0..<Self.writesPerTurn {
            guard phase != .closed else { return }
            if transform.outputCount == 0, let failure = sealNext(with: transform) {
                return fail(failure)
            }
            guard transform.outputCount > 0 else { return noteDrained() }
            let outcome = transform.withOutput { port.write($0) }
            guard let count = written(outcome) else { return }
            transform.consumeOutput(count)
            if transform.outputCount == 0 { creditSealed() }
        }
        loop.requestFlush(self)
    }

    /// Seals the next part of the outbox, or the end behind the last one.
    private func sealNext(with transform: any StreamTransform) -> CloseReason? {
        if writingStart == writing.count { refillWriting() }
        guard writingStart < writing.count else {
            if phase != .open { transform.finish() }
            return nil
        }
        do throws(SecurityFailure) {
            let count = try writing.withSpan { bytes throws(SecurityFailure) in
                let part = min(bytes.count - writingStart, transform.sealingCapacity)
                return try transform.seal(
                    bytes.extracting(writingStart..<writingStart + part))
            }
            writingStart += count
            sealedCount += count
            return nil
        } catch {
            return .security(error)
        }
    }

    private func creditSealed() {
        let count = sealedCount
        sealedCount = 0
        if count > 0 { outbox.wrote(count) }
    }
}

extension StreamTransform {
    /// Whether the end of this direction has left.
    var isDrained: Bool { (hasFinished || stage == .failed) && outputCount == 0 }
}
