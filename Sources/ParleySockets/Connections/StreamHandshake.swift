internal import ParleyDatagrams

/// The handshake of one connected socket, on the loop where the socket is meanwhile.
///
/// It ends once: with a stream whose peer is verified, or with the reason why there is none.
///
/// `@unchecked Sendable`: the variables are used on the loop only.
final class StreamHandshake: PortHandler, @unchecked Sendable {
    let port: any StreamPort
    private let transform: any StreamTransform
    private let loop: any SocketLoop
    private let lingers: Bool
    private var deadline: LoopTimer?
    private var early = Datagram()
    private var hasPeerEnded = false
    /// Why the peer was refused, while it is given time to read that.
    private var refusal: CloseReason?
    private var discarded = 0
    private var completion: ((Result<SecuredStream, CloseReason>) -> Void)?

    /// - Parameters:
    ///   - lingers: Whether a refused peer is read from until it has read why: closing a socket while
    ///     bytes come resets the connection, and a reset overtakes the last bytes.
    ///   - completion: Called once, on the loop, never before `start` has returned. The port is stopped
    ///     then, and the caller's to use or to close.
    init(
        _ port: any StreamPort, transform: any StreamTransform, loop: any SocketLoop,
        lingers: Bool, completion: @escaping (Result<SecuredStream, CloseReason>) -> Void
    ) {
        self.port = port
        self.transform = transform
        self.loop = loop
        self.lingers = lingers
        self.completion = completion
    }

    /// Begins, with the first message where this end has it.
    func start(by end: NetworkInstant) {
        deadline = loop.schedule(at: end) { [weak self] in
            self?.end(.failure(.limitExceeded(.handshakeTime)))
        }
        do throws(SystemError) {
            try port.start(self, reading: true, writing: transform.outputCount > 0)
        } catch {
            loop.execute { self.end(.failure(.failed(error))) }
        }
    }

    /// Ends it for a reason from outside. Does nothing after its end.
    func end(_ result: Result<SecuredStream, CloseReason>) {
        guard completion != nil else { return }
        if let refusal { return complete(.failure(refusal)) }
        guard case .failure(let reason) = result else { return complete(result) }
        guard lingers, !hasPeerEnded, case .security = reason, transform.outputCount > 0 else {
            transform.writeOutput(to: port)
            return complete(result)
        }
        linger(because: reason)
    }

    private func complete(_ result: Result<SecuredStream, CloseReason>) {
        guard let completion else { return }
        self.completion = nil
        if let deadline { loop.cancel(deadline) }
        port.stop()
        completion(result)
    }

    func portBecameReadable() {
        guard completion != nil else { return }
        if let refusal { return discard(after: refusal) }
        var failure: SecurityFailure?
        let outcome = port.read { bytes in
            do throws(SecurityFailure) {
                try receive(bytes)
            } catch {
                failure = error
            }
        }
        if let failure { return end(.failure(.security(failure))) }
        switch outcome {
        case .bytes, .wouldBlock: writeOutput()
        case .end: streamEnded()
        case .failed(let error): end(.failure(error.isReset ? .reset : .failed(error)))
        }
        endIfEstablished()
    }

    func portBecameWritable() {
        if let refusal { return writeLastBytes(after: refusal) }
        writeOutput()
        endIfEstablished()
    }

    private func receive(_ bytes: Span<UInt8>) throws(SecurityFailure) {
        try loop.streamScratch.lend { scratch throws(SecurityFailure) in
            try transform.receive(bytes, at: loop.now, scratch: &scratch) { early.append($0) }
        }
    }

    private func writeOutput() {
        guard completion != nil else { return }
        switch transform.writeOutput(to: port) {
        case .wrote?, nil: port.setWriting(false)
        case .wouldBlock?: port.setWriting(true)
        case .failed(let error)?: end(.failure(error.isReset ? .reset : .failed(error)))
        }
    }

    private func streamEnded() {
        hasPeerEnded = true
        do throws(SecurityFailure) {
            try transform.receiveEnd()
        } catch {
            end(.failure(.security(error)))
        }
    }

    /// The rest of the output is the connection's to write.
    private func endIfEstablished() {
        guard transform.stage == .established || transform.stage == .finishedByPeer else { return }
        end(.success(SecuredStream(transform: transform, earlyPlaintext: early)))
    }
}

// MARK: - Refused peers

extension StreamHandshake {
    /// How long a refused peer has to read its last bytes and to close, and how many bytes it may send.
    private static var lingering: Duration { .seconds(1) }
    private static var mostDiscarded: Int { 64 * 1_024 }

    private func linger(because reason: CloseReason) {
        refusal = reason
        if let deadline { loop.cancel(deadline) }
        deadline = loop.schedule(at: loop.now.advanced(by: Self.lingering)) { [weak self] in
            self?.complete(.failure(reason))
        }
        writeLastBytes(after: reason)
    }

    private func writeLastBytes(after refusal: CloseReason) {
        switch transform.writeOutput(to: port) {
        case .wouldBlock?: port.setWriting(true)
        case .failed?: complete(.failure(refusal))
        case .wrote?, nil:
            port.setWriting(false)
            port.shutDownWriting()
        }
    }

    private func discard(after refusal: CloseReason) {
        switch port.read({ discarded += $0.count }) {
        case .bytes where discarded <= Self.mostDiscarded, .wouldBlock: break
        case .bytes, .end, .failed: complete(.failure(refusal))
        }
    }
}
