import ParleyPostgres
import ParleyStore
import SampleSupport

/// Where a realm's store is: a file, or a database's URL.
struct StorePlace: Sendable {
    let text: String

    init(_ text: String) {
        self.text = text
    }

    var isDatabase: Bool { text.hasPrefix("postgres://") || text.hasPrefix("postgresql://") }

    /// What may be printed: of a URL, nothing.
    var name: String { isDatabase ? "the database" : text }

    /// Opens it. A file that is missing is made, and so are a database's tables.
    func open() async throws -> any Store {
        isDatabase ? try await database() : try await SQLiteStore(path: text)
    }

    /// Opens it where it is one already.
    func openExisting() async throws -> any Store {
        try requireFile()
        return try await open()
    }

    /// Checks all of it.
    func audit() async throws -> StoreAudit {
        try requireFile()
        guard isDatabase else { return try await SQLiteStore.audit(path: text) }
        let store = try await database()
        let outcome = await store.audit()
        await store.close()
        switch outcome {
        case .done(let audit): return audit
        case .refused(let refusal): throw Failure("\(refusal)")
        case .unknown: throw Failure("the database did not answer")
        }
    }

    private func database() async throws -> PostgresStore {
        var configuration = PostgresStore.Configuration()
        // The tables of another game are none of this one's.
        configuration.realm = "parley's sample"
        return try await PostgresStore(text, configuration: configuration)
    }

    private func requireFile() throws {
        // Opening a file that is not there would make it.
        guard isDatabase || RealmFolder.isFile(text) else {
            throw Failure("there is no store at \(text)")
        }
    }
}
