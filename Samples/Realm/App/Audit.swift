import ParleyStore
import SampleSupport

/// `realm audit`: checks a store that no world server uses.
struct Audit {
    let place: StorePlace

    init(_ arguments: Arguments) throws {
        place = StorePlace(
            try arguments[Options.store] ?? RealmFolder(arguments[Options.folder]).store)
    }

    func run() async throws {
        let audit = try await place.audit()
        for problem in audit.problems { printLine(problem) }
        guard audit.problems.isEmpty else {
            throw Failure("\(place.name) has \(audit.problems.count) faults")
        }
        printLine("\(place.name) is sound: \(audit.epochs.count) characters")
    }
}
