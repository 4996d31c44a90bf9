import Foundation
import ParleyHandoff
import ParleySimulation
import ParleySockets
import Testing

@testable import ParleyStore

/// The stores that every test of an operation runs on.
enum StoreKind: CaseIterable, CustomTestStringConvertible {
    case sqlite
    case model
    case postgres

    /// Without PostgreSQL where that is not installed: its own tests are skipped by their names then.
    static var allCases: [StoreKind] {
        TestPostgres.isInstalled ? [.sqlite, .model, .postgres] : [.sqlite, .model]
    }

    var testDescription: String {
        switch self {
        case .sqlite: "SQLite"
        case .model: "the model"
        case .postgres: "PostgreSQL"
        }
    }

    /// Runs `body` with a new store.
    func withStore(_ body: (any Store) async throws -> Void) async throws {
        switch self {
        case .sqlite:
            try await TemporaryFolder.with { folder in
                try await body(try await SQLiteStore(path: folder.path("store.db")))
            }
        case .model:
            try await body(ModelStore(seed: 1, clock: TestClock.clock))
        case .postgres:
            try await TestPostgres.withStore { store, _ in try await body(store) }
        }
    }
}

/// A folder that is removed afterwards.
struct TemporaryFolder {
    private let url: URL

    static func with<Result>(_ body: (TemporaryFolder) async throws -> Result) async throws
        -> Result
    {
        let url = FileManager.default.temporaryDirectory.appending(path: "parley-store-\(UUID())")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: url) }
        return try await body(TemporaryFolder(url: url))
    }

    func path(_ name: String) -> String { url.appending(path: name).path }

    /// Copies a store's file and its log, as a crash of the machine would leave them.
    func copyStore(from name: String, to copy: String) throws {
        for ending in ["", "-wal"] where FileManager.default.fileExists(atPath: path(name + ending))
        {
            try FileManager.default.copyItem(
                atPath: path(name + ending), toPath: path(copy + ending))
        }
    }
}

extension Store {
    /// Performs an operation that must be done, and returns its result.
    @discardableResult
    func done<Operation: StoreOperation>(
        _ operation: Operation, sourceLocation: SourceLocation = #_sourceLocation
    ) async throws -> Operation.Done {
        let outcome = await perform(operation)
        return try #require(outcome.value, "\(outcome)", sourceLocation: sourceLocation)
    }

    /// Performs an operation that must be refused, and returns why.
    func refused<Operation: StoreOperation>(
        _ operation: Operation, sourceLocation: SourceLocation = #_sourceLocation
    ) async throws -> StoreRefusal {
        let outcome = await perform(operation)
        guard case .refused(let refusal) = outcome else {
            throw NotRefused(outcome: "\(outcome)", place: "\(sourceLocation)")
        }
        return refusal
    }

    /// Makes so many accounts at once: each gets a character of its own, and none is left out.
    func expectPlayersAtOnce(
        _ count: UInt64, sourceLocation: SourceLocation = #_sourceLocation
    ) async {
        let outcomes = await withTaskGroup(of: StoreOutcome<CharacterID>.self) { group in
            for number in 0..<count {
                group.addTask {
                    guard let name = AccountName("player-\(number)") else {
                        return .refused(.notAuthenticated)
                    }
                    return await perform(CreateAccount(name: name, password: nil))
                }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        #expect(
            outcomes.compactMap(\.value).sorted()
                == (1...count).map { CharacterID(rawValue: $0) }, sourceLocation: sourceLocation)
    }

    /// A zone that is ready.
    func readyZone(_ name: String, mark: UInt64 = 1) async throws -> ZoneProcess {
        let life = try await done(
            RegisterZone(zone: zone(name), address: "[::1]:9000", capacity: 100, mark: mark))
        try await done(SetZonePhase(life, to: .ready))
        return life
    }

    /// A character that has logged in.
    func character(_ name: String) async throws -> CharacterRecord {
        let account = try #require(AccountName(name))
        try await done(CreateAccount(name: account, password: nil))
        return try await done(
            LogIn(name: account, verified: nil, digest: Array(name.utf8), expiry: 1_000))
    }

    /// A character that is in a zone.
    func player(_ name: String, in life: ZoneProcess) async throws -> (
        id: CharacterID, owner: Owner
    ) {
        let row = try await character(name)
        let entry = try await done(
            Enter(row.character, login: row.login, into: life, mark: 7))
        return (row.character, entry.owner)
    }
}

struct NotRefused: Error {
    var outcome: String
    var place: String
}

/// The login of a character that has logged in once.
let firstLogin = LoginNumber(rawValue: 1)

func zone(_ name: String) -> ZoneName {
    guard let zone = ZoneName(name) else { fatalError("“\(name)” is no zone's name") }
    return zone
}

func state(_ text: String, requests: UInt64 = 0, seen: UInt64 = 0) -> StoredState {
    StoredState(version: 1, bytes: Array(text.utf8), requests: requests, outboxSeen: seen)
}

/// The system's time, for stores without latency.
enum TestClock {
    static var clock: any NetworkClock { SystemNetwork().clock }
}
