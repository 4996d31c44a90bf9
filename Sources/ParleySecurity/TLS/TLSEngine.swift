/// One TLS 1.3 connection without input and output: ciphertext and time go in, plaintext and
/// ciphertext come out, and nothing waits.
///
/// ```
/// receive(_:at:scratch:deliver:)   ciphertext from the peer; plaintext for its reader
/// seal(_:)                         plaintext from the writer
/// withOutput(_:), consumeOutput(_:) ciphertext for the peer, after each of the other calls
/// finish(), receiveEnd()           the ends of both directions
/// ```
///
/// After an error the connection is over, but what ``withOutput(_:)`` still has, an alert, should
/// leave before the socket is closed.
///
/// `@unchecked Sendable`: one thread at a time uses an engine, that of the loop of its connection.
package final class TLSEngine: @unchecked Sendable {
    /// The stage of a connection.
    package enum State: Sendable, Hashable {
        /// The handshake has not ended; nothing can be sealed.
        case handshaking
        /// Both directions are open.
        case established
        /// The peer sent close_notify: nothing more comes. This end may still send.
        case finishedByPeer
        /// The connection is over.
        case failed(TLSError)
    }

    /// The limits of a connection.
    package struct Limits: Sendable {
        /// The most bytes that a peer may send before its handshake has ended.
        package var handshakeCount = 16 * 1024
        /// The most bytes of ciphertext that wait to leave: what waits sealed can no longer be replaced by something newer.
        package var outputCount = 16 * 1024
        /// How many records are sealed under a key of TLS. AES-GCM allows 2²⁴·⁵ (RFC 8446, 5.5).
        package var recordsPerKey = 1 << 23

        /// The limits that suit a game.
        package init() {}
    }

    /// The most plaintext in a record, in bytes: how large a scratch buffer should be.
    package static let largestRecord = 16 * 1024
    /// The most bytes that a message of a handshake may announce.
    static let longestMessage = 16 * 1024
    /// How many changes of key a peer has free, beside one for each second.
    private static let freeKeyUpdates = 8

    private enum Role {
        case server(TLSServerContext, time: Int64)
        case client(host: String, TLSRule)
    }

    private let role: Role
    private let limits: Limits
    private var handshakeCount = 0
    private var establishedAt = Duration.zero
    private var recordsUnderKey = 0
    private var connection: TLSConnection?
    private let answerToPlain: [UInt8]
    /// What leaves instead of an alert, which a peer without TLS could not read; nil for TLS.
    private var answer: ArraySlice<UInt8>?

    /// The stage of the connection.
    package private(set) var state = State.handshaking
    /// What the handshake established; nil before it has ended.
    package private(set) var peer: TLSPeer?
    /// Whether ``finish()`` was called.
    package private(set) var hasFinished = false

    /// A server's end. It takes no memory in OpenSSL before the first byte arrives.
    ///
    /// - Parameters:
    ///   - context: The server's identity.
    ///   - time: The time by which a realm judges certificates, in seconds since 1970.
    ///   - limits: The connection's limits.
    ///   - answerToPlain: The last bytes for a client that speaks no TLS; none for an alert.
    package init(
        accepting context: TLSServerContext, time: Int64 = 0, limits: Limits = Limits(),
        answerToPlain: [UInt8] = []
    ) {
        role = .server(context, time: time)
        self.limits = limits
        self.answerToPlain = answerToPlain
    }

    /// A client's end. Its first message waits in ``withOutput(_:)`` at once.
    ///
    /// - Parameters:
    ///   - context: The rules by which the client verifies servers.
    ///   - host: The server's name or address, as the player gave it.
    ///   - port: The server's port: a file of known servers tells them apart by it.
    ///   - time: The time by which certificates are judged, in seconds since 1970.
    ///   - limits: The connection's limits.
    package init(
        connecting context: TLSClientContext, host: String, port: UInt16, time: Int64,
        limits: Limits = Limits()
    ) throws(TLSTrustError) {
        let host = HostName.withoutZone(host)
        guard HostName.isValid(host) else { throw .invalidHost(host) }
        let rule = context.rule(host: host, port: port)
        role = .client(host: host, rule)
        self.limits = limits
        answerToPlain = []
        connection = TLSConnection(connecting: context, host: host, rule: rule, time: time)
        guard connection != nil else { throw .unavailable }
        let nothing: [UInt8] = []
        var scratch: [UInt8] = []
        var space = scratch.mutableSpan
        _ = connection?.receive(nothing.span, into: &space)
    }
}

extension TLSEngine {
    /// Takes ciphertext from the peer.
    ///
    /// Delivers plaintext that arrived before an error. Afterwards ``state`` may have changed, and
    /// there may be output. What comes behind the peer's close_notify is dropped.
    ///
    /// - Parameters:
    ///   - ciphertext: Any part of the peer's stream, in order.
    ///   - now: The time, since any epoch that stays the same.
    ///   - scratch: Memory for a record's plaintext: ``largestRecord`` bytes are best.
    ///   - deliver: Gets plaintext, in order, several times or not at all.
    package func receive(
        _ ciphertext: Span<UInt8>, at now: Duration, scratch: inout MutableSpan<UInt8>,
        deliver: (Span<UInt8>) -> Void
    ) throws(TLSError) {
        var offset = 0
        if case .server(let context, let time) = role, connection == nil, !ciphertext.isEmpty {
            connection = TLSConnection(accepting: context, time: time)
            guard connection != nil else { throw fail(.unavailable) }
        }
        while try receiveStep(ciphertext, at: now, &offset, &scratch, deliver) {}
    }

    /// Takes ciphertext until there is something to tell. Returns whether more may follow.
    private func receiveStep(
        _ ciphertext: Span<UInt8>, at now: Duration, _ offset: inout Int,
        _ scratch: inout MutableSpan<UInt8>, _ deliver: (Span<UInt8>) -> Void
    ) throws(TLSError) -> Bool {
        if case .failed(let error) = state { throw error }
        guard state != .finishedByPeer else { return false }
        let isHandshaking = state == .handshaking
        var count = ciphertext.count - offset
        if isHandshaking { count = min(count, limits.handshakeCount - handshakeCount) }
        allowKeyUpdates(at: now)
        let part = ciphertext.extracting(offset..<offset + count)
        guard let step = connection?.receive(part, into: &scratch) else { return false }
        offset += step.consumed
        if isHandshaking { handshakeCount += step.consumed }
        switch step.result {
        case .needsInput:
            if state == .handshaking, handshakeCount >= limits.handshakeCount {
                throw fail(.handshakeTooLong(limit: limits.handshakeCount))
            }
            return false
        case .plaintext:
            deliver(scratch.span.extracting(first: step.produced))
            return true
        case .established:
            establish(at: now)
            return true
        case .closed:
            state = .finishedByPeer
            return false
        case .failed: throw fail(currentError())
        }
    }

    private func allowKeyUpdates(at now: Duration) {
        guard state == .established else { return }
        let seconds = max(0, min((now - establishedAt).components.seconds, Int64(Int32.max)))
        connection?.allowKeyUpdates(UInt32(seconds) + UInt32(Self.freeKeyUpdates))
    }

    private func establish(at now: Duration) {
        state = .established
        establishedAt = now
        let verification: TLSPeer.Verification =
            switch role {
            case .server(let context, _): context.isRealm ? .realm : .none
            case .client(_, .store(let how)): how
            case .client(_, .realm): .realm
            case .client: .publicKey
            }
        peer = TLSPeer(
            verification: verification, key: connection?.peerKey, name: connection?.peerName,
            cipher: connection?.cipherName ?? "")
    }

    private func currentError() -> TLSError {
        guard case .client(let host, let rule) = role else {
            return connection?.error(host: "", rule: nil) ?? .unavailable
        }
        return connection?.error(host: host, rule: rule) ?? .unavailable
    }

    private func fail(_ error: TLSError) -> TLSError {
        if case .failed(let first) = state { return first }
        state = .failed(error)
        if error == .notTLS, !answerToPlain.isEmpty { answer = answerToPlain[...] }
        return error
    }

    /// Records that the peer's stream has ended.
    ///
    /// - Throws: ``TLSError/truncated`` where no close_notify came first: the connection was lost, and
    ///   the peer did not leave. ``TLSError/endedInHandshake`` before there was a connection.
    package func receiveEnd() throws(TLSError) {
        switch state {
        case .finishedByPeer: return
        case .failed(let error): throw error
        case .handshaking: throw fail(.endedInHandshake)
        case .established: throw fail(.truncated)
        }
    }
}

extension TLSEngine {
    /// How many bytes ``seal(_:)`` takes now.
    package var sealingCapacity: Int {
        guard canSeal else { return 0 }
        return max(0, limits.outputCount - outputCount)
    }

    private var canSeal: Bool {
        (state == .established || state == .finishedByPeer) && !hasFinished
    }

    /// Seals plaintext into records, which wait to leave.
    ///
    /// - Returns: How many bytes of it were taken: at most ``sealingCapacity``.
    package func seal(_ plaintext: Span<UInt8>) throws(TLSError) -> Int {
        if case .failed(let error) = state { throw error }
        let count = min(plaintext.count, sealingCapacity)
        var offset = 0
        while offset < count {
            let part = min(count - offset, Self.largestRecord)
            try updateKeyIfDue()
            guard connection?.send(plaintext.extracting(offset..<offset + part)) == true else {
                throw fail(currentError())
            }
            recordsUnderKey += 1
            offset += part
        }
        return count
    }

    private func updateKeyIfDue() throws(TLSError) {
        guard recordsUnderKey >= limits.recordsPerKey else { return }
        guard connection?.updateKey(asksPeer: false) == true else { throw fail(currentError()) }
        recordsUnderKey = 0
    }

    /// Changes the key of the sending direction now, and asks the peer to do the same.
    package func updateKeys() throws(TLSError) {
        guard canSeal, connection?.updateKey(asksPeer: true) == true else {
            throw fail(currentError())
        }
        recordsUnderKey = 0
    }

    /// Queues close_notify behind what was sealed. Nothing more can be sealed.
    ///
    /// Does nothing before the handshake has ended, or after an error.
    package func finish() {
        guard canSeal else { return }
        hasFinished = true
        _ = connection?.finish()
    }

    /// How many bytes of ciphertext wait to leave.
    package var outputCount: Int { answer?.count ?? connection?.outputCount ?? 0 }

    /// Lends the ciphertext that waits to leave to a closure.
    package func withOutput<Result, Failure>(
        _ body: (Span<UInt8>) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        if let answer { return try body(answer.span) }
        guard connection != nil, let value = try connection?.withOutput(body) else {
            let nothing: [UInt8] = []
            return try body(nothing.span)
        }
        return value
    }

    /// Drops ciphertext that has left. An empty outbox has no memory.
    package func consumeOutput(_ count: Int) {
        precondition((0...outputCount).contains(count), "\(count) of \(outputCount) bytes")
        if answer == nil { connection?.consumeOutput(count) } else { answer?.removeFirst(count) }
    }
}
