internal import ParleySockets
internal import ParleyStore

/// One transaction on a connection.
///
/// A statement without rows is sent with the next one that has some, or with the commit: an operation waits for as
/// many answers as it decides by, not for as many as it has statements.
final class PostgresSession: SQLSession {
    /// How a transaction ended.
    enum End: Hashable {
        case committed
        /// Nothing took place.
        case failed(PostgresFailure)
        /// It may have taken place: why that is not known.
        case unknown(String)
        /// The server took it and warned: a standby may not have it.
        case warned(String)
    }

    private let connection: PostgresConnection
    private let warnings: UInt64
    /// Replies that nobody waits for yet, in their order.
    private var deferred: [PostgresReply] = []
    /// The first failure of the transaction.
    private(set) var failure: PostgresFailure?

    /// Bytes of statements without an answer, beyond which a transaction waits for answers.
    private static let mostUnanswered = 1 << 20

    /// Begins a transaction. The server hears of it with the first statement that waits for an answer.
    init(_ connection: PostgresConnection) {
        self.connection = connection
        warnings = connection.warnings
        deferred.append(connection.send(.begin, []))
    }

    func run(_ statement: Statement, _ values: [SQLValue]) async throws(StoreFault) -> [SQLRow] {
        if let failure { throw failure.fault }
        let reply = connection.send(statement, values)
        guard statement.returnsRows || connection.unanswered > Self.mostUnanswered else {
            deferred.append(reply)
            return []
        }
        connection.sync()
        return try await rows(of: reply)
    }

    func run(_ statement: Statement, each values: [[SQLValue]]) async throws(StoreFault)
        -> [[SQLRow]]
    {
        if let failure { throw failure.fault }
        let replies = values.map { connection.send(statement, $0) }
        connection.sync()
        var rows: [[SQLRow]] = []
        for reply in replies { rows.append(try await self.rows(of: reply)) }
        return rows
    }

    /// Runs a text without rows and values of the store's statements: one that makes a table, say.
    func send(_ text: String, _ values: [SQLValue]) {
        deferred.append(connection.send(text, values))
    }

    func change(_ text: String) { send(text, []) }

    private func rows(of reply: PostgresReply) async throws(StoreFault) -> [SQLRow] {
        do throws(PostgresFailure) {
            return try await answer(to: reply).rows
        } catch {
            throw error.fault
        }
    }

    /// Waits for a reply. The failure of one before it is why it was skipped.
    private func answer(to reply: PostgresReply) async throws(PostgresFailure)
        -> PostgresReply.Answer
    {
        do throws(PostgresFailure) {
            let answer = try await reply.wait()
            deferred.removeAll()
            return answer
        } catch {
            // Replies come in their order, so those before it are there.
            let root = (deferred + [reply]).lazy.compactMap(\.ownFailure).first ?? error
            deferred.removeAll()
            failure = failure ?? root
            throw root
        }
    }

    /// Commits, and waits until the server says that it is durable.
    func commit() async -> End {
        if let failure { return .failed(failure) }
        let reply = connection.send(.commit, [])
        connection.sync()
        let answer: PostgresReply.Answer
        do throws(PostgresFailure) {
            answer = try await self.answer(to: reply)
        } catch {
            // Skipped: a statement before it failed, so the transaction is still open.
            if reply.failure == .skipped || error.isDefinite { return .failed(error) }
            return .unknown(error.text)
        }
        guard answer.command == "COMMIT" else {
            return .failed(.server(state: "25P02", message: "the commit was a rollback"))
        }
        guard connection.warnings == warnings else { return .warned(connection.lastWarning) }
        return .committed
    }

    /// Ends a transaction that failed.
    ///
    /// - Returns: Whether the connection is of further use.
    func rollBack() async -> Bool {
        guard connection.isOpen else { return false }
        let reply = connection.send(.rollback, [])
        connection.sync()
        do throws(PostgresFailure) {
            _ = try await reply.wait()
            return true
        } catch {
            connection.close(because: error.text)
            return false
        }
    }
}
