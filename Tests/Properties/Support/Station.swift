import ParleySessions
import ParleySockets
import Synchronization

/// A connection manager of a run, and the book about its connections: each ends exactly once.
final class Station: Sendable {
    let manager: ConnectionManager
    private let name: String
    private let witness: Witness
    private let book = Mutex(Book())

    private struct Book {
        var seen: [ConnectionID: Connection] = [:]
        var endings: [ConnectionID: [CloseReason]] = [:]
    }

    init(_ manager: ConnectionManager, name: String, witness: Witness) {
        self.manager = manager
        self.name = name
        self.witness = witness
    }

    /// Notes a connection that has come to be.
    func see(_ connection: Connection) {
        witness.see(connection)
        book.withLock { $0.seen[connection.id] = connection }
    }

    /// Connects, trying again a few times: the world is full of faults.
    func connect(
        to host: String, port: UInt16, options: ConnectionOptions = .init(), tries: Int = 5,
        security: StreamSecurity.Client = .none
    ) async throws -> Connection? {
        for _ in 0..<tries {
            do throws(ConnectError) {
                let connection = try await manager.connect(
                    to: host, port: port, options: options, security: security)
                see(connection)
                return connection
            } catch {
                try Task.checkCancellation()
            }
        }
        return nil
    }

    /// Reads the terminations to their end.
    func keepBook() async {
        for await termination in manager.terminations {
            book.withLock { $0.endings[termination.id, default: []].append(termination.reason) }
        }
    }

    /// Checks that each connection has ended once, with the reason that it gives itself.
    func check() throws {
        let book = book.withLock { $0 }
        let all = Set(book.seen.keys).union(book.endings.keys)
        for id in all.sorted(by: { $0.number < $1.number }) {
            let endings = book.endings[id] ?? []
            try require(endings.count == 1, "\(name): \(id) has ended so: \(endings)")
            guard let connection = book.seen[id] else { continue }
            try require(
                connection.closeReason == endings[0],
                "\(name): \(connection) gives \(connection.closeReason as Any), not \(endings[0])")
        }
    }
}
