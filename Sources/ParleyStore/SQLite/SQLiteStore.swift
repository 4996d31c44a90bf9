internal import CParleySQLite
internal import ParleySockets
internal import Synchronization

/// A store in one file, by SQLite: the default.
///
/// One process opens the file, with one connection on a thread of its own. Calls that arrive while a transaction
/// is written share the next one, so 64 callers wait for one write to the disk. One that fails takes no other with it.
/// An outcome is returned when the disk has confirmed it.
public actor SQLiteStore: MeasuredStore {
    /// How a file is opened.
    public struct Configuration: Sendable, Hashable {
        /// How many calls may wait. Further ones are refused as ``StoreRefusal/overloaded(waiting:)``.
        public var mostWaiting = 4_096
        /// How many calls share a transaction at the most.
        public var mostTogether = 256
        /// The largest size of the file in bytes; nil for as much as the disk has.
        public var mostBytes: Int?

        /// The defaults.
        public init() {}
    }

    private let executor: ThreadExecutor
    private let configuration: Configuration
    private let counts = Mutex(StoreStatistics())
    /// The file's path.
    nonisolated let path: String
    var connection: SQLiteConnection?
    private var tables: SQLTables?
    var queue: [any PendingCall] = []
    var isWriting = false
    /// Whether a commit has failed since the last one that did not. Its frames may be in the log all the same, and come
    /// back when the file is next opened, unless a later commit lies over them. So what is read is sure only in a
    /// transaction that writes as well: the next one begins by taking a character's number, which nobody gets.
    private var isUncertain = false

    /// The store's thread.
    nonisolated public var unownedExecutor: UnownedSerialExecutor {
        unsafe executor.asUnownedSerialExecutor()
    }

    /// The version of the library, such as "3.40.1".
    public static var libraryVersion: String { unsafe String(cString: parley_sqlite_version()) }

    /// Opens a file, or makes one that only its user can read.
    ///
    /// - Parameters:
    ///   - path: The file. SQLite keeps its write-ahead log beside it, as `path-wal`.
    ///   - configuration: How it is opened.
    /// - Throws: `StoreOpenError` when another process has it, or it is no store that this code reads.
    public init(path: String, configuration: Configuration = Configuration())
        async throws(StoreOpenError)
    {
        do throws(SystemError) {
            executor = try ThreadExecutor(named: "parley-store")
        } catch {
            throw StoreOpenError(path: path, reason: .failed("\(error)"))
        }
        self.configuration = configuration
        self.path = path
        try await open(path)
    }

    private func open(_ path: String) async throws(StoreOpenError) {
        let connection: SQLiteConnection
        do throws(SQLiteFailure) {
            connection = try SQLiteConnection(path: path, mostBytes: configuration.mostBytes)
            try connection.execute(.begin)
            for statement in SQLDialect.sqlite.schema { try connection.execute(statement) }
        } catch {
            throw StoreOpenError(path: path, error)
        }
        let tables = SQLTables(connection)
        do throws(StoreFault) {
            try await tables.prepare()
        } catch {
            throw StoreOpenError(path: path, error)
        }
        do throws(SQLiteFailure) {
            try connection.execute(.commit)
        } catch {
            throw StoreOpenError(path: path, error)
        }
        self.connection = connection
        self.tables = tables
    }

    /// Closes the file. Calls that wait are refused, and so are later ones.
    public func close() {
        tables = nil
        connection = nil
    }

    /// What SQLite finds wrong with the file's pages.
    func damage() -> [String] {
        guard let connection else { return [] }
        do throws(SQLiteFailure) {
            let lines = try connection.rows(of: "PRAGMA integrity_check").map { (row) in
                var row = row
                return (try? row.text()) ?? ""
            }
            return lines == ["ok"] ? [] : lines
        } catch {
            return [error.message]
        }
    }

    /// Performs an operation, and returns when the disk has confirmed it.
    ///
    /// A cancelled task waits all the same: the operation is not taken back.
    nonisolated public func perform<Operation: StoreOperation>(_ operation: Operation) async
        -> StoreOutcome<Operation.Done>
    {
        let full: Int? = counts.withLock { counts in
            guard counts.waiting < configuration.mostWaiting else {
                counts.overloaded += 1
                return counts.waiting
            }
            counts.waiting += 1
            return nil
        }
        if let full { return .refused(.overloaded(waiting: full)) }
        let outcome = await enqueue(operation)
        counts.withLock { counts in
            counts.waiting -= 1
            counts.calls += 1
            if case .unknown = outcome { counts.unknown += 1 }
        }
        return outcome
    }

    /// The counts since the file was opened.
    nonisolated public var statistics: StoreStatistics { counts.withLock { $0 } }

    /// Waits in the queue. The first caller leads: it writes the transaction of all who arrive until its turn.
    private func enqueue<Operation: StoreOperation>(_ operation: Operation) async
        -> StoreOutcome<Operation.Done>
    {
        let call = OperationCall(operation)
        queue.append(call)
        var isLeader = !isWriting
        if isLeader {
            isWriting = true
            // Behind the calls that have arrived already.
            await Task.yield()
        } else {
            isLeader = await call.waitForTurn()
        }
        if isLeader { await writeNext() }
        return call.outcome ?? .refused(.unavailable("the call was not performed"))
    }

    /// The calls of the next transaction. A copy of the file has its turn alone, outside of any.
    private func nextBatch() -> [any PendingCall] {
        if let first = queue.first as? BackupCall { return [first] }
        return Array(
            queue.prefix { !($0 is BackupCall) }.prefix(max(1, configuration.mostTogether)))
    }

    /// Writes one transaction and resumes its callers. The first one beyond it leads the next.
    func writeNext() async {
        let batch = nextBatch()
        queue.removeFirst(batch.count)
        let watch = Stopwatch()
        if let copy = batch.first as? BackupCall {
            copy.copy(from: connection)
        } else {
            await write(batch)
        }
        let time = watch.elapsed
        counts.withLock { $0.batches.note(time) }
        for call in batch { call.resume(leading: false) }
        if let next = queue.first { next.resume(leading: true) } else { isWriting = false }
    }
}

// MARK: - Transactions

// The tables of SQLite answer within the call. Calls that arrive all the same, where the runtime enqueues the leader
// anew, wait in the queue.
extension SQLiteStore {
    /// Calls that share a transaction have no savepoints at first, since hardly one fails within its steps. Where one does,
    /// all are performed once more, each behind its own.
    private func write(_ batch: [any PendingCall]) async {
        guard let connection, let tables else {
            for call in batch { call.refuse(.unavailable("the store is closed")) }
            return
        }
        if await attempt(batch, apart: false, connection, tables) { return }
        if await attempt(batch, apart: true, connection, tables) { return }
        // SQLite ended the transaction, and with it the effects of calls that are not at fault.
        for call in batch { _ = await attempt([call], apart: false, connection, tables) }
    }

    /// Performs the calls in one transaction.
    ///
    /// - Parameter apart: Whether a call that fails leaves the effects of the others.
    /// - Returns: False if the transaction ended before its commit: nothing took place.
    private func attempt(
        _ batch: [any PendingCall], apart: Bool, _ connection: SQLiteConnection,
        _ tables: SQLTables
    ) async -> Bool {
        do throws(SQLiteFailure) {
            try connection.execute(.begin)
            if isUncertain { try connection.execute(.takeCharacterNumber) }
        } catch {
            if !connection.isIdle { try? connection.execute(.rollback) }
            for call in batch { call.refuse(StoreRefusal(error.fault)) }
            return true
        }
        for call in batch {
            if apart {
                await performApart(call, connection, tables)
            } else if await !perform(call, connection, tables) {
                return batch.count == 1
            }
            if connection.isIdle { return batch.count == 1 }
        }
        do throws(SQLiteFailure) {
            try connection.execute(.commit)
            isUncertain = false
        } catch {
            if !connection.isIdle { try? connection.execute(.rollback) }
            isUncertain = true
            for call in batch { call.lose(.commitFailed(error.message)) }
        }
        return true
    }

    /// Performs a call. Where it fails the transaction is taken back, and with it the effects of the calls before it.
    private func perform(
        _ call: any PendingCall, _ connection: SQLiteConnection, _ tables: SQLTables
    ) async -> Bool {
        do throws(StoreFault) {
            try await call.perform(on: tables)
            return true
        } catch {
            call.refuse(StoreRefusal(error))
            if !connection.isIdle { try? connection.execute(.rollback) }
            return false
        }
    }

    private func performApart(
        _ call: any PendingCall, _ connection: SQLiteConnection, _ tables: SQLTables
    ) async {
        do throws(SQLiteFailure) {
            try connection.execute(.savepoint)
            do throws(StoreFault) {
                try await call.perform(on: tables)
            } catch {
                call.refuse(StoreRefusal(error))
                if connection.isIdle { return }
                try connection.execute(.rollbackToSavepoint)
            }
            try connection.execute(.release)
        } catch {
            call.refuse(StoreRefusal(error.fault))
            // Without its savepoint the call cannot be told from the others.
            if !connection.isIdle { try? connection.execute(.rollback) }
        }
    }
}
