internal import ParleySockets
internal import ParleyStore

/// How long what concerns a connection may take, and how much it may bring.
struct ConnectionLimits: Sendable {
    /// An attempt to connect to one address.
    var opening: Duration
    /// A transaction.
    var transaction: Duration
    /// The longest pause between two attempts.
    var longestPause: Duration
    /// The bytes of an answer.
    var answerBytes: Int
}

/// Connects to the server that takes writes: the first of the URL's hosts, or the one that has taken its place.
///
/// After a failure the next attempt waits, each time longer, and one caller at a time tries.
///
/// `@unchecked Sendable`: only its loop's thread touches the variables.
final class PrimaryFinder: @unchecked Sendable {
    let loop: EventLoop
    private let network: SystemNetwork
    private let url: PostgresURL
    private let limits: ConnectionLimits
    let schema: PostgresSchema
    private var random: any RandomNumberGenerator & Sendable
    /// The host that took the last connection.
    private var preferred = 0
    private var addresses: [PostgresURL.Host: [SocketAddress]] = [:]
    /// The mark of the database that was opened; nil before.
    private var mark: Int64?
    /// What the server's settings were when the newest connection was made.
    private(set) var findings: PostgresFindings?

    private var failures = 0
    private var isTrying = false
    /// Before this no further attempt is made.
    private(set) var nextAttempt: NetworkInstant?
    /// Why the last attempt failed; nil after one that did not.
    private(set) var lastError: PostgresOpenError?

    init(
        _ url: PostgresURL, _ schema: PostgresSchema, _ limits: ConnectionLimits,
        network: SystemNetwork, loop: EventLoop
    ) {
        self.url = url
        self.schema = schema
        self.limits = limits
        self.network = network
        self.loop = loop
        random = network.makeRandomNumberGenerator()
    }

    /// Whether an attempt may begin now.
    var mayTry: Bool {
        guard lastError != nil else { return true }
        return !isTrying && (nextAttempt.map { $0 <= network.clock.now } ?? true)
    }

    /// Connects to the first server that takes writes.
    func connect() async throws(PostgresOpenError) -> PostgresConnection {
        isTrying = true
        defer { isTrying = false }
        do throws(PostgresOpenError) {
            let connection = try await find()
            failures = 0
            lastError = nil
            nextAttempt = nil
            return connection
        } catch {
            failures += 1
            lastError = error
            nextAttempt = network.clock.now.advanced(by: pause())
            throw error
        }
    }

    /// Twice as long after each failure, and up to half of it less, so that many servers do not come back at once.
    private func pause() -> Duration {
        let whole = limits.longestPause / 100 * (1 << min(failures - 1, 7))
        let longest = min(whole, limits.longestPause)
        return longest * Double.random(in: 0.5...1, using: &random)
    }

    private func find() async throws(PostgresOpenError) -> PostgresConnection {
        var words: [String] = []
        var isStandby = false
        for offset in url.hosts.indices {
            let index = (preferred + offset) % url.hosts.count
            let host = url.hosts[index]
            for address in await resolve(host, &words) {
                do throws(PostgresOpenError) {
                    let connection = try await open(host, address)
                    preferred = index
                    return connection
                } catch {
                    switch error.reason {
                    case .readOnly: isStandby = true
                    case .unreachable(let text): words.append(text)
                    default: throw error
                    }
                }
            }
        }
        if words.isEmpty, isStandby { throw PostgresOpenError(url.description, .readOnly) }
        if isStandby { words.append("another server takes no writes") }
        throw PostgresOpenError(url.description, .unreachable(words.joined(separator: "; ")))
    }

    /// The addresses of a host; nil stands for a Unix socket.
    private func resolve(_ host: PostgresURL.Host, _ words: inout [String]) async
        -> [SocketAddress?]
    {
        if host.isFolder { return [nil] }
        do throws(ResolveError) {
            let found = try await network.resolve(host.name, port: host.port)
            addresses[host] = found
            return found
        } catch {
            // A resolver that is away with the database's network does not keep it away.
            if let known = addresses[host] { return known }
            words.append("\(error)")
            return []
        }
    }

    private func open(_ host: PostgresURL.Host, _ address: SocketAddress?)
        async throws(PostgresOpenError) -> PostgresConnection
    {
        let connection = PostgresConnection(loop: loop, mostBytes: limits.answerBytes)
        let deadline = network.clock.now.advanced(by: limits.opening)
        do throws(PostgresFailure) {
            try await connection.open(url.text(for: host, at: address), until: deadline)
        } catch {
            throw PostgresOpenError(url.description, .unreachable(url.scrubbed(error.text)))
        }
        // The server may stop answering after it has let the session in. Tables take longer than a connection.
        let limit = max(limits.opening, limits.transaction)
        let timer = loop.schedule(at: network.clock.now.advanced(by: limit)) { [weak connection] in
            connection?.close(because: "no answer in time")
        }
        defer { loop.cancel(timer) }
        do throws(PostgresOpenError) {
            // What has ended meanwhile knows nothing of its server, and is not an old one for it.
            try expectOpen(connection)
            try await prepare(connection)
            // It may have ended since its last answer. The pool hears only of ends that are still to come.
            try expectOpen(connection)
            return connection
        } catch {
            connection.close(because: "\(error)")
            throw error
        }
    }

    private func expectOpen(_ connection: PostgresConnection) throws(PostgresOpenError) {
        guard connection.isOpen else {
            let words = url.scrubbed(connection.end ?? "the connection ended")
            throw PostgresOpenError(url.description, .unreachable(words))
        }
    }

    /// Makes a new connection a session of the store.
    private func prepare(_ connection: PostgresConnection) async throws(PostgresOpenError) {
        let place = url.description
        let version = connection.serverVersion
        guard version >= 120_000 else {
            // Before version 10 a number had three parts.
            let text = "\(version / 10_000).\(version / 100 % 100)"
            throw PostgresOpenError(place, .tooOld(text))
        }
        do throws(PostgresFailure) {
            let settings = connection.send(PostgresSchema.readSettings)
            let replies = schema.settings(idleLimit: limits.transaction * 2).map {
                connection.send($0)
            }
            connection.sync()
            let rows = try await settings.wait().rows
            for reply in replies { _ = try await reply.wait() }
            guard let row = rows.first else { throw .lost("the server has no settings") }
            try read(row, connection)
        } catch {
            throw PostgresOpenError(place, .unreachable(url.scrubbed(error.text)))
        }
        guard !isReadOnly else { throw PostgresOpenError(place, .readOnly) }
        let identity = StoreIdentity(schema: schema, place: place)
        let mark = try await identity.check(
            connection, mark: mark, new: random.next())
        self.mark = mark
    }

    private var isReadOnly = false

    private func read(_ settings: SQLRow, _ connection: PostgresConnection)
        throws(PostgresFailure)
    {
        var row = settings
        do throws(StoreFault) {
            let isStandby = try row.integer() != 0
            isReadOnly = try row.text() == "on" || isStandby
            findings = PostgresFindings(
                version: try row.text(), libraryVersion: PostgresLibrary.version,
                isEncrypted: connection.isEncrypted, fsync: try row.optionalText(),
                fullPageWrites: try row.optionalText(), synchronousCommit: try row.optionalText(),
                synchronousStandbyNames: try row.optionalText())
        } catch {
            throw .lost("the server's settings cannot be read")
        }
    }
}

extension SQLRow {
    /// The next column, which is a text or nothing.
    fileprivate mutating func optionalText() throws(StoreFault) -> String? {
        switch try value() {
        case .null: nil
        case .text(let text): text
        case .integer, .bytes: throw .unreadable("a setting is no text")
        }
    }
}
