import ParleyStore
import SampleSupport

/// `realm backup --store`: the store of a realm that does not run.
struct BackupProgram {
    private let path: String
    private let out: String?

    init(_ arguments: Arguments) throws {
        path = try arguments[Options.store] ?? RealmFolder(arguments[Options.folder]).store
        out = arguments[Options.backup]
    }

    /// Copies the store.
    func run() async throws {
        guard let out else { throw UsageError("--out FILE has to be given") }
        guard !StorePlace(path).isDatabase else {
            throw UsageError("a database has its own programs for backups, such as pg_dump")
        }
        guard RealmFolder.isFile(path) else { throw Failure("there is no store at \(path)") }
        try await SQLiteStore(path: path).backUp(to: out)
        printLine("\(path) is copied into \(out)")
    }
}
