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
        if let zone = try await Self.runningZone(in: store) {
            throw Failure(
                "zone \(zone) is running: a generation ends all zones and sessions, so stop the realm first, all of its world servers too"
            )
        }
        let now = try Self.value(await store.perform(ReadGeneration()))
        let begun = try Self.value(
            await store.perform(BeginGeneration(after: now, next: next)))
        printLine(
            "generation \(begun) has begun, after \(now): every character is out, every zone gone")
    }

    /// A zone whose heartbeat goes on. A file that another process has open is not opened at all.
    static func runningZone(in store: any Store) async throws -> ZoneName? {
        func beats() async throws -> [ZoneName: UInt64] {
            guard case .done(let zones) = await store.perform(ListZones()) else {
                throw Failure("the store did not answer; try the same again")
            }
            return Dictionary(
                uniqueKeysWithValues: zones.filter(\.isAlive).map { ($0.life.zone, $0.beat) })
        }
        let before = try await beats()
        guard !before.isEmpty else { return nil }
        // A zone is heard once a second.
        try await Task.sleep(for: .milliseconds(2_500))
        return try await beats().first { before[$0.key] != $0.value }?.key
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
