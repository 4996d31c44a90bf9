internal import CParleyPostgres
internal import ParleySockets
internal import ParleyStore

/// One connection to PostgreSQL by libpq, in pipeline mode, on an event loop.
///
/// Nothing blocks the loop: libpq is called when its socket is ready. Statements are put into the pipeline and
/// answered in their order.
///
/// `@unchecked Sendable`: one thread makes it, and from `open` on only its loop's thread touches the variables.
@safe
final class PostgresConnection: PortHandler, @unchecked Sendable {
    private enum Expected {
        case statement(PostgresReply)
        case sync
    }

    private let loop: EventLoop
    /// How many bytes may come without the end of an answer among them.
    private let mostBytes: Int
    /// How many had come by the end of the last answer.
    private var receivedAtAnswer: UInt64 = 0
    private var connection: OpaquePointer?
    private var descriptor: Int32 = -1
    private var opening: Promise<PostgresFailure?>?
    private var expected: [Expected] = []
    private var firstExpected = 0
    private var prepared: Set<Statement> = []
    /// Why it is gone; nil while it is not.
    private(set) var end: String?
    /// Bytes of statements that have no answer yet, roughly.
    private(set) var unanswered = 0
    /// Told once, when the connection is gone.
    var onEnd: (@Sendable () -> Void)?

    /// What a server may send until the session has begun: its certificates, names of settings, and a few notices. libpq
    /// keeps a list of the settings, and goes through it for each further one.
    private static let mostOpeningBytes = 1 << 16

    /// - Parameter mostBytes: The most bytes of an answer. With 32 KiB more the connection is closed.
    init(loop: EventLoop, mostBytes: Int) {
        self.loop = loop
        self.mostBytes = mostBytes
    }

    deinit {
        if let connection = unsafe connection { unsafe parley_postgres_end(connection) }
    }

    var isOpen: Bool { unsafe end == nil && connection != nil }
    var serverVersion: Int {
        guard let open = unsafe connection else { return 0 }
        return unsafe Int(parley_postgres_server_version(open))
    }
    var isEncrypted: Bool {
        guard let open = unsafe connection else { return false }
        return unsafe parley_postgres_is_encrypted(open) != 0
    }
    /// How many warnings the server has sent.
    var warnings: UInt64 {
        guard let open = unsafe connection else { return 0 }
        return unsafe parley_postgres_warnings(open)
    }
    var lastWarning: String {
        guard let open = unsafe connection else { return "" }
        return unsafe String(cString: parley_postgres_warning(open))
    }

    // MARK: Opening and closing

    /// Connects.
    ///
    /// - Parameters:
    ///   - text: What libpq is told.
    ///   - deadline: When the attempt ends.
    func open(_ text: String, until deadline: NetworkInstant) async throws(PostgresFailure) {
        guard let started = unsafe parley_postgres_start(text) else { throw .lost("no memory") }
        unsafe connection = unsafe started
        let opening = Promise<PostgresFailure?>()
        self.opening = opening
        let timer = loop.schedule(at: deadline) { [weak self] in
            self?.close(because: "no connection in time")
        }
        // libpq has begun to connect: it goes on when the socket is writable.
        watchAgain(reading: false, writing: true)
        let failure = await opening.valueDespiteCancellation()
        loop.cancel(timer)
        if let failure { throw failure }
    }

    /// Closes it. Statements without an answer fail.
    func close(because reason: String) { close(.lost(reason)) }

    private func close(_ failure: PostgresFailure) {
        guard let open = unsafe connection else { return }
        end = failure.text
        if descriptor >= 0 { loop.unwatch(descriptor) }
        descriptor = -1
        unsafe connection = nil
        unsafe parley_postgres_end(open)
        opening?.fulfil(failure)
        opening = nil
        let left = expected[firstExpected...]
        expected = []
        firstExpected = 0
        for case .statement(let reply) in left { reply.fail(failure) }
        onEnd?()
        onEnd = nil
    }

    private func watchAgain(reading: Bool, writing: Bool) {
        guard let open = unsafe connection else { return }
        descriptor = unsafe parley_postgres_socket(open)
        guard descriptor >= 0 else { return close(because: unsafe message(open)) }
        do {
            try loop.watch(descriptor, self)
            loop.setInterest(in: descriptor, reading: reading, writing: writing)
        } catch {
            descriptor = -1
            close(because: "the system watches no further descriptor: \(error)")
        }
    }

    private func connectFurther() {
        guard let open = unsafe connection else { return }
        // libpq may close the descriptor, and get another one of the same number.
        loop.unwatch(descriptor)
        descriptor = -1
        let state = unsafe parley_postgres_poll(open)
        guard isWithin(min(Self.mostOpeningBytes, mostBytes)) else { return }
        switch state {
        case PARLEY_POSTGRES_READING: watchAgain(reading: true, writing: false)
        case PARLEY_POSTGRES_WRITING: watchAgain(reading: false, writing: true)
        case PARLEY_POSTGRES_READY:
            guard unsafe parley_postgres_begin(open) != 0 else {
                return close(because: unsafe message(open))
            }
            receivedAtAnswer = unsafe parley_postgres_received(open)
            watchAgain(reading: true, writing: false)
            opening?.fulfil(nil)
            opening = nil
        default: close(because: unsafe message(open))
        }
    }

    /// Closes the connection if more than so many bytes have come since the last answer.
    private func isWithin(_ limit: Int) -> Bool {
        guard let open = unsafe connection else { return false }
        let received = unsafe parley_postgres_received(open)
        guard received - receivedAtAnswer > UInt64(max(0, limit)) else { return true }
        close(.oversized(limit))
        return false
    }

    private func message(_ open: OpaquePointer) -> String {
        unsafe String(cString: parley_postgres_message(open))
    }
}

// MARK: - Statements

extension PostgresConnection {
    /// Puts a statement of the store into the pipeline, prepared where it comes for the first time.
    func send(_ statement: Statement, _ values: [SQLValue]) -> PostgresReply {
        let name = "s\(statement.rawValue)"
        var preparing: PostgresReply?
        if prepared.insert(statement).inserted {
            let reply = PostgresReply()
            preparing = reply
            // Where it is skipped, because a statement before it failed, it is prepared the next time.
            reply.onFailure = { [weak self] in self?.prepared.remove(statement) }
            let text = SQLDialect.postgres.text(of: statement)
            unsafe put(reply, count: text.utf8.count) {
                unsafe parley_postgres_prepare($0, name, text)
            }
        }
        let reply = run(name: name, text: "", values)
        reply.preparing = preparing
        return reply
    }

    /// Puts a text into the pipeline, which is run once.
    func send(_ text: String, _ values: [SQLValue] = []) -> PostgresReply {
        run(name: nil, text: text, values)
    }

    private func run(name: String?, text: String, _ values: [SQLValue]) -> PostgresReply {
        let reply = PostgresReply()
        let binary = BinaryValues(values)
        unsafe put(reply, count: text.utf8.count + binary.bytes.count) { open in
            unsafe binary.bytes.withUnsafeBufferPointer { bytes in
                unsafe binary.lengths.withUnsafeBufferPointer { lengths in
                    let count = Int32(lengths.count)
                    guard let name else {
                        return unsafe parley_postgres_run(
                            open, nil, text, bytes.baseAddress, lengths.baseAddress, count)
                    }
                    return unsafe parley_postgres_run(
                        open, name, text, bytes.baseAddress, lengths.baseAddress, count)
                }
            }
        }
        return reply
    }

    private func put(_ reply: PostgresReply, count: Int, _ put: (OpaquePointer) -> Int32) {
        guard let open = unsafe connection else {
            return reply.fail(.lost(end ?? "the connection is not open"))
        }
        guard unsafe put(open) == 1 else {
            let words = unsafe message(open)
            close(because: words)
            return reply.fail(.lost(words))
        }
        reply.count = count + 64
        unanswered += reply.count
        expected.append(.statement(reply))
    }

    /// Ends a stretch of the pipeline, and sends all that waits.
    func sync() {
        guard let open = unsafe connection else { return }
        guard unsafe parley_postgres_sync(open) == 1 else {
            return close(because: unsafe message(open))
        }
        expected.append(.sync)
        flush()
    }

    private func flush() {
        guard let open = unsafe connection else { return }
        switch unsafe parley_postgres_flush(open) {
        case 0: loop.setInterest(in: descriptor, reading: true, writing: false)
        // Both: the server may have to be read before it reads.
        case 1: loop.setInterest(in: descriptor, reading: true, writing: true)
        default: close(because: unsafe message(open))
        }
    }

    func portBecameReadable() {
        guard opening == nil else { return connectFurther() }
        guard let open = unsafe connection else { return }
        guard unsafe parley_postgres_receive(open) != 0 else {
            let words = unsafe message(open)
            // What arrived before the end still counts.
            takeAnswers()
            return close(because: words)
        }
        takeAnswers()
        _ = isWithin(mostBytes)
    }

    func portBecameWritable() {
        if opening != nil { connectFurther() } else { flush() }
    }

    /// Takes the answers that are complete.
    private func takeAnswers() {
        while let open = unsafe connection, unsafe parley_postgres_is_busy(open) == 0 {
            guard firstExpected < expected.count else { break }
            let result = unsafe parley_postgres_take(open)
            switch expected[firstExpected] {
            case .sync:
                guard let result = unsafe result else {
                    return close(because: "the answers have lost their order")
                }
                let kind = unsafe parley_postgres_result_kind(result)
                unsafe parley_postgres_result_end(result)
                guard kind == PARLEY_POSTGRES_SYNC else {
                    return close(because: unsafe message(open))
                }
                advance()
            case .statement(let reply):
                if let result = unsafe result {
                    let kind = unsafe parley_postgres_result_kind(result)
                    unsafe reply.take(result)
                    unsafe parley_postgres_result_end(result)
                    // libpq has results of a copy without an end.
                    guard kind != PARLEY_POSTGRES_COPY else {
                        return close(because: "the server began a copy that nothing asked for")
                    }
                } else {
                    // The end of an answer that has not begun is none: no statement passes for done by it.
                    guard reply.hasBegun else { return }
                    unanswered -= reply.count
                    advance()
                    reply.finish()
                }
            }
        }
    }

    private func advance() {
        receivedAtAnswer = unsafe connection.map { unsafe parley_postgres_received($0) } ?? 0
        firstExpected += 1
        guard firstExpected == expected.count || firstExpected >= 256 else { return }
        expected.removeFirst(firstExpected)
        firstExpected = 0
    }
}
