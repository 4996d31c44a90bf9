internal import CParleySecurity

/// One connection of OpenSSL: the calls, and nothing that decides.
@safe struct TLSConnection: ~Copyable {
    private let connection: OpaquePointer

    /// A server's end; nil where there is no memory.
    init?(accepting context: TLSServerContext, time: Int64) {
        guard let made = unsafe parley_tls_accept(context.context, time) else { return nil }
        unsafe connection = made
    }

    /// A client's end; nil where there is no memory.
    init?(connecting context: TLSClientContext, host: String, rule: TLSRule, time: Int64) {
        let isAddress: Int32 = HostName.isAddress(host) ? 1 : 0
        let made: OpaquePointer?
        switch rule {
        case .store:
            unsafe made = parley_tls_connect(
                context.context, host, isAddress, PARLEY_TRUST_STORE, nil, 0, time)
        case .pin(let pin):
            unsafe made = pin.bytes.withUnsafeBufferPointer { pin in
                unsafe parley_tls_connect(
                    context.context, host, isAddress, PARLEY_TRUST_PIN, pin.baseAddress, pin.count,
                    time)
            }
        case .realm:
            unsafe made = parley_tls_connect(
                context.context, nil, 0, PARLEY_TRUST_REALM, nil, 0, time)
        case .unknown:
            unsafe made = parley_tls_connect(
                context.context, host, isAddress, PARLEY_TRUST_PIN, nil, 0, time)
        }
        guard let made = unsafe made else { return nil }
        unsafe connection = made
    }

    deinit {
        unsafe parley_tls_free(connection)
    }

    /// The result of a call with ciphertext.
    enum Result {
        /// All of it was taken, and more is needed.
        case needsInput
        /// There is plaintext.
        case plaintext
        /// The handshake has ended.
        case established
        /// The peer sent close_notify.
        case closed
        /// The connection is over.
        case failed

        fileprivate init(_ status: parley_tls_status) {
            self =
                switch status {
                case PARLEY_TLS_NEEDS_INPUT: .needsInput
                case PARLEY_TLS_PLAINTEXT: .plaintext
                case PARLEY_TLS_ESTABLISHED: .established
                case PARLEY_TLS_CLOSED: .closed
                default: .failed
                }
        }
    }

    /// Takes ciphertext up to the next event.
    func receive(
        _ input: Span<UInt8>, into plaintext: inout MutableSpan<UInt8>
    ) -> (result: Result, consumed: Int, produced: Int) {
        var consumed = 0
        var produced = 0
        let status = unsafe input.withUnsafeBufferPointer { input in
            unsafe plaintext.withUnsafeMutableBufferPointer { plaintext in
                unsafe parley_tls_receive(
                    connection, input.baseAddress, input.count, &consumed, plaintext.baseAddress,
                    plaintext.count, &produced)
            }
        }
        return (Result(status), consumed, produced)
    }

    /// Seals one record.
    func send(_ plaintext: Span<UInt8>) -> Bool {
        unsafe plaintext.withUnsafeBufferPointer { plaintext in
            unsafe parley_tls_send(connection, plaintext.baseAddress, plaintext.count) == 0
        }
    }

    /// Queues close_notify.
    func finish() -> Bool { unsafe parley_tls_finish(connection) == 0 }

    /// Changes the key of the sending direction.
    func updateKey(asksPeer: Bool) -> Bool {
        unsafe parley_tls_update_key(connection, asksPeer ? 1 : 0) == 0
    }

    /// How many key updates the peer may have made since the beginning.
    func allowKeyUpdates(_ count: UInt32) {
        unsafe parley_tls_allow_key_updates(connection, count)
    }

    /// How many bytes of ciphertext wait.
    var outputCount: Int {
        var count = 0
        _ = unsafe parley_tls_output(connection, &count)
        return count
    }

    /// Lends the ciphertext that waits to a closure.
    func withOutput<Value, Failure>(
        _ body: (Span<UInt8>) throws(Failure) -> Value
    ) throws(Failure) -> Value {
        var count = 0
        let output = unsafe parley_tls_output(connection, &count)
        return try body(unsafe UnsafeBufferPointer(start: output, count: count).span)
    }

    /// Drops ciphertext that has left.
    func consumeOutput(_ count: Int) {
        unsafe parley_tls_consume_output(connection, count)
    }

    /// Why the last call failed.
    var failure: (fault: parley_tls_fault, detail: Int32, text: String) {
        let failure = unsafe parley_tls_last_failure(connection)
        let text = unsafe failure.text.map { unsafe String(cString: $0) } ?? "no reason"
        return unsafe (failure.fault, failure.detail, text)
    }

    /// The pin of the peer's key, once it has sent one.
    var peerKey: PublicKeyPin? {
        guard let digest = unsafe parley_tls_peer_key_digest(connection) else { return nil }
        return unsafe PublicKeyPin(
            digest: UnsafeBufferPointer(start: digest, count: Int(PARLEY_DIGEST_COUNT)))
    }

    /// The name in the peer's certificate, in a realm.
    var peerName: String? {
        unsafe parley_tls_peer_name(connection).map { unsafe String(cString: $0) }
    }

    /// The cipher's name in TLS.
    var cipherName: String { unsafe String(cString: parley_tls_cipher_name(connection)) }
}
