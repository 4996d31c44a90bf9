internal import ParleySockets
public import ParleyStore
internal import Synchronization

/// A store in PostgreSQL, for a realm that outgrows one machine.
///
/// Several world servers may use one database. Calls run at once, each in a transaction on a connection of its own,
/// and heartbeats never wait behind them. libpq is found when the store is opened; all of it runs on a thread of the
/// store's.
///
/// ```swift
/// let store = try await PostgresStore("postgres://parley:secret@db1,db2/game?sslmode=verify-full")
/// print(store.findings)
/// ```
///
/// A call whose transaction has no answer in time is `StoreOutcome.unknown`, and so is one that
/// the server took without its standby. Nothing is ever cancelled: PostgreSQL takes a cancelled wait for success.
public actor PostgresStore: MeasuredStore {
    /// What was found at the server when the store was opened.
    public nonisolated let findings: PostgresFindings
    private let loop: EventLoop
    private let network: SystemNetwork
    private let configuration: Configuration
    private let finder: PrimaryFinder
    private let transactions: ConnectionPool
    private let heartbeats: ConnectionPool
    private let counts = Mutex(StoreStatistics())
    private var random: any RandomNumberGenerator & Sendable
    private let url: PostgresURL
    private var isClosed = false

    /// The store's thread.
    nonisolated public var unownedExecutor: UnownedSerialExecutor {
        unsafe loop.asUnownedSerialExecutor()
    }

    /// Connects to a database, and makes the tables if the schema has none.
    ///
    /// - Parameters:
    ///   - url: "postgres://user:password@host:port/database?sslmode=…". Several hosts are separated by commas: the
    ///     store uses the one that takes writes. `sslmode` is libpq's, "prefer" without one.
    ///   - configuration: How the database is used.
    public init(_ url: String, configuration: Configuration = Configuration())
        async throws(PostgresOpenError)
    {
        try await self.init(url, configuration: configuration, plan: .current)
    }

    /// Does the same where libpq has another name, which says what a machine without it would say.
    ///
    /// - Parameter plan: The versions of the tables: of a program that does not exist yet, say.
    init(
        _ url: String, configuration: Configuration, library: PostgresLibrary = .standard,
        plan: SchemaPlan = .current
    ) async throws(PostgresOpenError) {
        let parsed: PostgresURL
        do throws(PostgresURLError) {
            parsed = try PostgresURL(url)
        } catch {
            throw PostgresOpenError("", .malformedURL(error.description))
        }
        if let missing = library.missing {
            throw PostgresOpenError(parsed.description, .libraryMissing(missing))
        }
        do throws(SystemError) {
            network = try SystemNetwork.start()
        } catch {
            throw PostgresOpenError(parsed.description, .failed("\(error)"))
        }
        let loop = network.loops.nextLoop()
        self.loop = loop
        self.url = parsed
        self.configuration = configuration
        random = network.makeRandomNumberGenerator()
        let finder = PrimaryFinder(
            parsed,
            PostgresSchema(
                name: configuration.schema, realm: configuration.realm, plan: plan,
                addsToTables: configuration.addsToTables),
            configuration.connectionLimits, network: network, loop: loop)
        self.finder = finder
        transactions = ConnectionPool(finder, size: configuration.connections)
        heartbeats = ConnectionPool(finder, size: 1)
        // Heartbeats have their connection from the beginning: the server may have none left later.
        let opener = Opener(loop: loop)
        findings = try await opener.connect(finder, [transactions, heartbeats])
    }

    deinit {
        // The loop holds the connections that it watches, and they hold it.
        loop.execute { [transactions, heartbeats] in
            transactions.close()
            heartbeats.close()
        }
    }

    /// The version of libpq, such as 150018; nil where there is none that the store can use.
    public static var libraryVersion: Int? {
        PostgresLibrary.standard.missing == nil ? PostgresLibrary.version : nil
    }

    /// The schema of the tables.
    var schemaName: String { configuration.schema }

    /// Closes all connections. Calls that wait are refused, and so are later ones. The outcome of those that are
    /// being committed is unknown.
    public func close() {
        isClosed = true
        transactions.close()
        heartbeats.close()
    }

    /// Checks all rows of a store that nothing else changes meanwhile.
    public nonisolated func audit() async -> StoreOutcome<StoreAudit> {
        await auditRows()
    }

    /// Performs an operation, and returns when the server, and its synchronous standby, have confirmed it.
    ///
    /// A cancelled task waits all the same: the operation is not taken back. The limits of the configuration bound
    /// the wait.
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
        let outcome = await run(operation)
        counts.withLock { counts in
            counts.waiting -= 1
            counts.calls += 1
            if case .unknown = outcome { counts.unknown += 1 }
        }
        return outcome
    }

    /// The counts since the store was opened, and its connections now.
    public var statistics: StoreStatistics {
        var connections = StoreConnections()
        transactions.add(to: &connections)
        heartbeats.add(to: &connections)
        var statistics = counts.withLock { $0 }
        statistics.connections = connections
        return statistics
    }
}

// MARK: - Transactions

extension PostgresStore {
    /// What is to be done after an attempt.
    private enum Attempt<Done: Sendable> {
        case over(StoreOutcome<Done>)
        /// Others were in the way.
        case again
        /// The connection was of no use: nothing took place, and another one may be.
        case elsewhere(String)
    }

    private func run<Operation: StoreOperation>(_ operation: Operation) async
        -> StoreOutcome<Operation.Done>
    {
        let pool = operation is Beat ? heartbeats : transactions
        let deadline = network.clock.now.advanced(by: configuration.waitLimit)
        var attempts = 0
        var losses = 0
        var reason = "no connection in time"
        while let connection = await pool.take(until: deadline, clock: network.clock) {
            let watch = Stopwatch()
            let attempt = await attempt(operation, connection)
            let time = watch.elapsed
            counts.withLock { $0.batches.note(time) }
            pool.giveBack(connection)
            switch attempt {
            case .over(let outcome): return outcome
            case .again:
                attempts += 1
                counts.withLock { $0.retries += 1 }
                guard attempts < configuration.mostAttempts else {
                    return .refused(StoreRefusal(.serialisation))
                }
                await pause(after: attempts)
            case .elsewhere(let words):
                reason = words
                losses += 1
                // A server that lets sessions in and ends them gets no flood of new ones.
                await pause(after: losses)
            }
        }
        if isClosed { return .refused(.unavailable("the store is closed")) }
        let words = finder.lastError?.description ?? reason
        return .refused(.unavailable(url.scrubbed(words)))
    }

    /// A few milliseconds, longer after each attempt and not the same for two calls that meet.
    private func pause(after attempts: Int) async {
        let longest = Double(1 << min(attempts, 6))
        let milliseconds = Double.random(in: 0...longest, using: &random)
        let over = Promise<Void>()
        let end = network.clock.now.advanced(by: .microseconds(Int64(milliseconds * 1_000)))
        _ = loop.schedule(at: end) { over.fulfil(()) }
        await over.valueDespiteCancellation()
    }

    private func attempt<Operation: StoreOperation>(
        _ operation: Operation, _ connection: PostgresConnection
    ) async -> Attempt<Operation.Done> {
        let limit = configuration.transactionLimit
        var isLate = false
        let end = network.clock.now.advanced(by: limit)
        let late = Promise<Void>()
        let timer = loop.schedule(at: end) { [weak connection] in
            late.fulfil(())
            connection?.close(because: "no answer within \(limit)")
        }
        defer { loop.cancel(timer) }
        let session = PostgresSession(connection)
        let outcome: StoreOutcome<Operation.Done>
        do throws(StoreFault) {
            outcome = try await operation.perform(on: session)
        } catch {
            isLate = late.current != nil
            return await giveUp(session, connection, session.failure, error, isLate: isLate)
        }
        switch await session.commit() {
        case .committed: return .over(outcome)
        case .unknown(let reason):
            connection.close(because: reason)
            return .over(.unknown(.noAnswer))
        case .warned(let words): return .over(.unknown(.notReplicated(words)))
        case .failed(let failure):
            isLate = late.current != nil
            return await giveUp(session, connection, failure, failure.fault, isLate: isLate)
        }
    }

    /// Ends a transaction that was not committed.
    private func giveUp<Done: Sendable>(
        _ session: PostgresSession, _ connection: PostgresConnection, _ failure: PostgresFailure?,
        _ fault: StoreFault, isLate: Bool
    ) async -> Attempt<Done> {
        // Another connection would bring the same again.
        if case .oversized? = failure { return .over(.refused(.unavailable(failure?.text ?? ""))) }
        if isLate { return .over(.refused(.unavailable(url.scrubbed(failure?.text ?? "")))) }
        if case .lost(let reason)? = failure {
            // The session is over, also where the server leaves the connection open.
            connection.close(because: reason)
            return .elsewhere(reason)
        }
        if let failure, failure.isReadOnly {
            connection.close(because: failure.text)
            return .elsewhere(failure.text)
        }
        _ = await session.rollBack()
        return fault == .serialisation ? .again : .over(.refused(StoreRefusal(fault)))
    }
}

/// Makes a store's first connections on its loop.
private actor Opener {
    private let loop: EventLoop

    nonisolated var unownedExecutor: UnownedSerialExecutor {
        unsafe loop.asUnownedSerialExecutor()
    }

    init(loop: EventLoop) {
        self.loop = loop
    }

    func connect(_ finder: PrimaryFinder, _ pools: [ConnectionPool])
        async throws(PostgresOpenError) -> PostgresFindings
    {
        for pool in pools { try await pool.makeFirst() }
        guard let findings = finder.findings else {
            throw PostgresOpenError("", .failed("the server has no settings"))
        }
        return findings
    }
}
