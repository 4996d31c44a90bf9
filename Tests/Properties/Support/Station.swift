import ParleySockets
import Synchronization

/// A connection manager of a run, and the book about its connections: each ends exactly once.
final class Station: Sendable {
    let manager: ConnectionManager
    private let name: String
    private let witness: Witness
    private let book = Mutex(Book())

    private struct Book {
        var seen: Set<ConnectionID> = []
        var endings: [ConnectionID: [CloseReason]] = [:]
        var complaint: String?
    }

    init(_ manager: ConnectionManager, name: String, witness: Witness) {
        self.manager = manager
        self.name = name
        self.witness = witness
    }

    /// Notes a connection that has come to be.
    func see(_ connection: Connection) {
        witness.see(connection)
        book.withLock { _ = $0.seen.insert(connection.id) }
    }

    /// Connects, trying again a few times: the world is full of faults.
    func connect(
        to host: String, port: UInt16, options: ConnectionOptions = .init(), tries: Int = 5
    ) async throws -> Connection? {
        for _ in 0..<tries {
            do throws(ConnectError) {
                let connection = try await manager.connect(to: host, port: port, options: options)
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
            let connection = termination.connection
            let told = await connection.terminated()
            book.withLock { book in
                book.endings[connection.id, default: []].append(termination.reason)
                guard told != termination.reason || connection.closeReason != termination.reason
                else { return }
                book.complaint =
                    "\(name): \(connection) tells of \(told as Any), not of "
                    + "\(termination.reason)"
            }
        }
    }

    /// Each connection has ended once, for the reason that it tells itself.
    func check() throws {
        let book = book.withLock { $0 }
        try require(book.complaint == nil, book.complaint ?? "")
        for id in book.seen.union(book.endings.keys).sorted() {
            let endings = book.endings[id] ?? []
            try require(endings.count == 1, "\(name): \(id) has ended so: \(endings)")
        }
    }
}
