import ParleyStore
import SampleSupport

/// `realm backup --store` and `realm generation`: the store of a realm that does not run.
struct Restoring {
    private let path: String
    private let out: String?
    private let next: UInt32?

    init(_ arguments: Arguments) throws {
        path = try arguments[Options.store] ?? RealmFolder(arguments[Options.folder]).store
        out = arguments[Options.backup]
        next = arguments[Options.next]
    }

    /// Copies the store.
    func backUp() async throws {
        guard let out else { throw UsageError("--out FILE has to be given") }
        let store = try await open()
        try await store.backUp(to: out)
        printLine("\(path) is copied into \(out)")
    }

    /// Ends all that was before the restore.
    func beginGeneration() async throws {
        let store = try await open()
        guard case .done(let current) = await store.perform(ReadGeneration()) else {
            throw Failure("\(path) does not tell its generation")
        }
        switch await store.perform(BeginGeneration(after: current, next: next)) {
        case .done(let now): printLine("generation \(now) has begun: all characters are out")
        case .refused: throw Failure("the generation is \(current); --next has to be above it")
        case .unknown(let reason): throw Failure("\(reason); do it again")
        }
    }

    private func open() async throws -> SQLiteStore {
        guard RealmFolder.isFile(path) else { throw Failure("there is no store at \(path)") }
        return try await SQLiteStore(path: path)
    }
}
