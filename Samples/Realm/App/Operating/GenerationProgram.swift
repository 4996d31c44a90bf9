import ParleyStore
import SampleSupport

/// `realm generation`: what comes after a restore from a backup, before any server starts.
struct GenerationProgram {
    let place: StorePlace
    let next: UInt32?

    init(_ arguments: Arguments) throws {
        place = StorePlace(
            try arguments[Options.store] ?? RealmFolder(arguments[Options.folder]).store)
        next = arguments[Options.next]
    }

    func run() async throws {
        let store = try await place.openExisting()
        let now = try Self.value(await store.perform(ReadGeneration()))
        let begun = try Self.value(
            await store.perform(BeginGeneration(after: now, next: next)))
        printLine(
            "generation \(begun) has begun, after \(now): every character is out, every zone gone")
    }

    private static func value(_ outcome: StoreOutcome<UInt32>) throws -> UInt32 {
        switch outcome {
        case .done(let value): return value
        case .refused(.generation(let now)):
            throw Failure("the generation is \(now); --next has to be above it")
        case .refused(let refusal): throw Failure("\(refusal)")
        case .unknown: throw Failure("the store did not answer; try the same again")
        }
    }
}
