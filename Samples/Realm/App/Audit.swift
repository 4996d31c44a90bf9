import ParleyStore
import SampleSupport

/// `realm audit`: checks a store that no world server has open.
struct Audit {
    let path: String

    init(_ arguments: Arguments) throws {
        path = try arguments[Options.store] ?? RealmFolder(arguments[Options.folder]).store
    }

    func run() async throws {
        // An audit of a file that is not there would make it.
        guard RealmFolder.isFile(path) else { throw Failure("there is no store at \(path)") }
        let audit = try await SQLiteStore.audit(path: path)
        for problem in audit.problems { printLine(problem) }
        guard audit.problems.isEmpty else {
            throw Failure("\(path) has \(audit.problems.count) faults")
        }
        printLine("\(path) is sound: \(audit.epochs.count) characters")
    }
}
