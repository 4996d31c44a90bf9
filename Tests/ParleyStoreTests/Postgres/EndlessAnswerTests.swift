import LocalPostgres
import ParleyHandoff
import Testing

@testable import ParleyPostgres
@testable import ParleyStore

/// Answers without an end, and one that is larger than the store takes.
@Suite(.timeLimit(.minutes(10)))
struct EndlessAnswerTests {
    private static let isInstalled = PostgresStore.libraryVersion != nil
    /// What a store of these tests takes.
    private static let limit = 2 << 20
    /// What may be under way beyond it: the chunk that libpq was given, and the sockets' buffers at both ends.
    private static let underWay = 24 << 20

    private static var configuration: PostgresStore.Configuration {
        var configuration = PostgresStore.Configuration()
        configuration.connectLimit = .seconds(120)
        configuration.transactionLimit = .seconds(120)
        configuration.waitLimit = .seconds(120)
        configuration.mostAnswerBytes = limit
        return configuration
    }

    enum Kind: CaseIterable {
        /// A row whose length is announced as a gigabyte.
        case row
        /// Rows of a byte each.
        case rows
        case notices
        case notifications
        case settings

        var flood: FakePostgres.Flood {
            let text = Array("M".utf8) + [UInt8](repeating: 0x61, count: 20_000) + [0, 0]
            let notification: [UInt8] = [0, 0, 0, 1, 0x61, 0, 0x61, 0]
            let setting = Array("a.b\u{0}".utf8) + text.dropLast()
            return switch self {
            case .row:
                FakePostgres.Flood(
                    start: FakePostgres.rows + FakePostgres.row(of: 1 << 30),
                    rest: [UInt8](repeating: 0, count: 65_536))
            case .rows:
                FakePostgres.Flood(
                    start: FakePostgres.rows, rest: FakePostgres.row(of: 1) + [0])
            case .notices: FakePostgres.Flood(start: [], rest: FakePostgres.message("N", text))
            case .notifications:
                FakePostgres.Flood(
                    start: [],
                    rest: [[UInt8]](
                        repeating: FakePostgres.message("A", notification), count: 1_000
                    ).flatMap(\.self))
            case .settings: FakePostgres.Flood(start: [], rest: FakePostgres.message("S", setting))
            }
        }
    }

    /// The call is refused, once and at once, and the next one goes on with another connection.
    @Test(.enabled(if: isInstalled, "needs libpq"), arguments: Kind.allCases)
    func anAnswerWithoutAnEndIsCutOff(kind: Kind) async throws {
        let server = try FakePostgres(flood: { stretch in
            stretch.connection == 1 && stretch.has("FROM zone") ? kind.flood : nil
        })
        defer { server.end() }
        let store = try await PostgresStore(server.url, configuration: Self.configuration)
        guard case .unavailable(let words) = try await store.refused(ListZones()) else {
            Issue.record("an answer without an end was not refused")
            return
        }
        #expect(words == "the server sent an answer of more than \(Self.limit) bytes")
        #expect(server.flooded > Self.limit && server.flooded < Self.limit + Self.underWay)
        #expect(try await store.done(ListZones()) == [])
        #expect(server.connections == 3, "one for calls, one for heartbeats, and the new one")
        #expect(await store.statistics.connections?.lost == 1)
        await store.close()
    }

    /// While one connection is being flooded, others go on: the loop reads a chunk of each at a time.
    @Test(.enabled(if: isInstalled, "needs libpq"))
    func otherConnectionsGoOnMeanwhile() async throws {
        let server = try FakePostgres(flood: { stretch in
            stretch.connection == 1 && stretch.has("FROM zone") ? Kind.row.flood : nil
        })
        defer { server.end() }
        var configuration = Self.configuration
        configuration.mostAnswerBytes = 256 << 20
        let store = try await PostgresStore(server.url, configuration: configuration)
        async let flooded = store.perform(ListZones())
        while server.flooded < 1 << 20 { await Task.yield() }
        #expect(try await store.done(ListZones()) == [])
        #expect(server.flooded < 256 << 20, "the flood was over before the other call")
        guard case .refused(.unavailable) = await flooded else {
            Issue.record("an answer without an end was not refused")
            return
        }
        await store.close()
    }

    @Test(.enabled(if: isInstalled, "needs libpq"), arguments: Kind.allCases)
    func aCommitWithoutAnEndIsUnknown(kind: Kind) async throws {
        let server = try FakePostgres(flood: { $0.texts == ["COMMIT"] ? kind.flood : nil })
        defer { server.end() }
        let store = try await PostgresStore(server.url, configuration: Self.configuration)
        let outcome = await store.perform(ListZones())
        #expect(outcome == .unknown(.noAnswer), "\(outcome)")
        #expect(server.flooded < Self.limit + Self.underWay)
        await store.close()
    }

    @Test(
        .enabled(if: isInstalled, "needs libpq"),
        arguments: [Kind.notices, .notifications, .settings])
    func aGreetingWithoutAnEndIsCutOff(kind: Kind) async throws {
        let server = try FakePostgres(greeting: { _ in
            FakePostgres.Flood(start: FakePostgres.welcome, rest: kind.flood.rest)
        })
        defer { server.end() }
        let error = await #expect(throws: PostgresOpenError.self) {
            try await PostgresStore(server.url, configuration: Self.configuration)
        }
        #expect("\(error as Any)".contains("an answer of more than 65536 bytes"))
        #expect(server.flooded < Self.underWay)
    }

    /// What nothing asked for counts, too, and costs that connection alone.
    @Test(.enabled(if: isInstalled, "needs libpq"))
    func aServerThatTalksOnIsLeft() async throws {
        let end =
            FakePostgres.message("1") + FakePostgres.message("2") + FakePostgres.message("n")
            + FakePostgres.message("C", Array("COMMIT\u{0}".utf8)) + FakePostgres.ready
        let server = try FakePostgres(flood: { stretch in
            guard stretch.connection == 1, stretch.texts == ["COMMIT"] else { return nil }
            let flood = Kind.notices.flood
            return FakePostgres.Flood(start: end, rest: flood.rest)
        })
        defer { server.end() }
        let store = try await PostgresStore(server.url, configuration: Self.configuration)
        #expect(try await store.done(ListZones()) == [])
        while await store.statistics.connections?.lost != 1 { await Task.yield() }
        #expect(server.flooded < Self.limit + Self.underWay)
        #expect(try await store.done(ListZones()) == [])
        await store.close()
    }

    /// A real server, and a state that is larger than what the store takes.
    @Test(.needsPostgres) func aLargerStateIsRefused() async throws {
        try await TestPostgres.withStore({ $0.mostAnswerBytes = 65_536 }) { store, _ in
            let north = try await store.readyZone("north")
            let (ann, owner) = try await store.player("ann", in: north)
            let large = StoredState(
                version: 1, bytes: [UInt8](repeating: 7, count: 200_000), requests: 1,
                outboxSeen: 0)
            try await store.done(Leave(ann, owner, state: large, mark: 1))
            let enter = Enter(ann, login: firstLogin, into: north, mark: 8)
            guard case .unavailable(let words) = try await store.refused(enter) else {
                Issue.record("an answer that is too large was not refused")
                return
            }
            #expect(words.contains("65536"))
            #expect(try await store.done(ListZones()).map(\.life) == [north])
        }
    }
}
