internal import ParleySockets
internal import ParleyStore

/// Connections that calls take in turn, made when they are needed.
///
/// `@unchecked Sendable`: only its loop's thread touches the variables.
final class ConnectionPool: @unchecked Sendable {
    private let finder: PrimaryFinder
    private let size: Int
    private var idle: [PostgresConnection] = []
    private var open = 0
    /// Calls that wait, in their order. A connection, or nil to look again.
    private var waiting: [Promise<PostgresConnection?>] = []
    private var isClosed = false
    private var all: [ObjectIdentifier: PostgresConnection] = [:]
    private var made: UInt64 = 0
    private var lost: UInt64 = 0

    init(_ finder: PrimaryFinder, size: Int) {
        self.finder = finder
        self.size = max(1, size)
    }

    /// A connection for the caller alone.
    ///
    /// - Parameter deadline: When it stops waiting.
    /// - Returns: Nil if there is none in time; `PrimaryFinder.lastError` may say why.
    func take(until deadline: NetworkInstant, clock: any NetworkClock) async -> PostgresConnection?
    {
        while !isClosed {
            while let connection = idle.popLast() {
                if connection.isOpen { return connection }
            }
            let now = clock.now
            guard now < deadline else {
                // What it was woken for may be of use to the next one.
                wakeFirst()
                return nil
            }
            if open < size, finder.mayTry {
                if let connection = await make() { return connection }
                continue
            }
            if let connection = await wait(until: deadline, now: now) { return connection }
        }
        return nil
    }

    /// Adds the pool's connections to those of others.
    func add(to connections: inout StoreConnections) {
        connections.busy += all.count - idle.count
        connections.idle += idle.count
        connections.made += made
        connections.lost += lost
    }

    /// Makes the first connection, which shows what the server is.
    func makeFirst() async throws(PostgresOpenError) {
        giveBack(try await connect())
    }

    private func make() async -> PostgresConnection? {
        do throws(PostgresOpenError) {
            let connection = try await connect()
            // The others need not wait for the time of their next attempt.
            wakeAll()
            return connection
        } catch {
            wakeFirst()
            return nil
        }
    }

    private func connect() async throws(PostgresOpenError) -> PostgresConnection {
        open += 1
        do throws(PostgresOpenError) {
            let connection = try await finder.connect()
            let key = ObjectIdentifier(connection)
            all[key] = connection
            made += 1
            connection.onEnd = { [weak self] in self?.forget(key) }
            if isClosed { connection.close(because: "the store is closed") }
            return connection
        } catch {
            open -= 1
            throw error
        }
    }

    /// Waits for a connection, for the time of the next attempt or for the deadline.
    private func wait(until deadline: NetworkInstant, now: NetworkInstant) async
        -> PostgresConnection?
    {
        let turn = Promise<PostgresConnection?>()
        waiting.append(turn)
        var moment = deadline
        // While others try, the outcome of that wakes this call.
        if open < size, let next = finder.nextAttempt, next > now { moment = min(next, deadline) }
        let timer = finder.loop.schedule(at: moment) { turn.fulfil(nil) }
        let connection = await turn.valueDespiteCancellation()
        finder.loop.cancel(timer)
        waiting.removeAll { $0 === turn }
        return connection
    }

    /// Gives a connection back.
    func giveBack(_ connection: PostgresConnection) {
        guard connection.isOpen else { return wakeFirst() }
        while !waiting.isEmpty {
            if waiting.removeFirst().fulfil(connection) { return }
        }
        idle.append(connection)
    }

    /// Closes all connections, also those that are in use.
    func close() {
        isClosed = true
        idle = []
        for connection in all.values { connection.close(because: "the store is closed") }
        wakeAll()
    }

    private func forget(_ key: ObjectIdentifier) {
        guard let connection = all.removeValue(forKey: key) else { return }
        open -= 1
        if !isClosed { lost += 1 }
        idle.removeAll { $0 === connection }
        wakeFirst()
    }

    private func wakeFirst() {
        while !waiting.isEmpty {
            if waiting.removeFirst().fulfil(nil) { return }
        }
    }

    private func wakeAll() {
        let all = waiting
        waiting = []
        for turn in all { turn.fulfil(nil) }
    }
}
