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
    private var deadline: LoopTimer?
    private var early = Datagram()
    private var completion: ((Result<SecuredStream, CloseReason>) -> Void)?

    /// - Parameter completion: Called once, on the loop, never before `start` has returned. The port is
    ///   stopped then, and the caller's to use or to close.
    init(
        _ port: any StreamPort, transform: any StreamTransform, loop: any SocketLoop,
        completion: @escaping (Result<SecuredStream, CloseReason>) -> Void
    ) {
        self.port = port
        self.transform = transform
        self.loop = loop
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
        guard let completion else { return }
        self.completion = nil
        if let deadline { loop.cancel(deadline) }
        if case .failure = result { transform.writeOutput(to: port) }
        port.stop()
        completion(result)
    }

    func portBecameReadable() {
        guard completion != nil else { return }
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
