import ParleyHandoff
import Testing

@testable import ParleyPostgres
@testable import ParleyStore

/// A server that answers what no PostgreSQL answers, or at the worst moment.
@Suite(.timeLimit(.minutes(10)))
struct HostileServerTests {
    private static let isInstalled = PostgresStore.libraryVersion != nil

    private static func configuration(waiting limit: Duration) -> PostgresStore.Configuration {
        var configuration = PostgresStore.Configuration()
        configuration.connectLimit = .seconds(60)
        configuration.transactionLimit = .seconds(60)
        configuration.waitLimit = limit
        return configuration
    }

    /// libpq has results without an end for a copy that was never asked for.
    @Test(.enabled(if: isInstalled, "needs libpq"), arguments: ["H", "G", "W"] as [Unicode.Scalar])
    func aCopyThatNobodyAskedForEndsTheConnection(kind: Unicode.Scalar) async throws {
        let server = try FakePostgres { stretch in
            guard stretch.has("pg_is_in_recovery") else { return nil }
            return FakePostgres.message("1") + FakePostgres.message("2")
                + FakePostgres.message(kind, [0, 0, 0])
        }
        defer { server.end() }
        await #expect(throws: PostgresOpenError.self) {
            try await PostgresStore(
                server.url, configuration: Self.configuration(waiting: .seconds(60)))
        }
    }

    /// The last answer of a connection that is being made arrives together with its end: it is none of the pool's.
    @Test(.enabled(if: isInstalled, "needs libpq"))
    func aConnectionThatEndsAsItIsMadeIsNotKept() async throws {
        let server = try FakePostgres { stretch in
            guard stretch.has("FROM realm_identity"), stretch.connection == 2 else { return nil }
            return FakePostgres.identity + FakePostgres.fatal
        }
        defer { server.end() }
        // The second connection is the one for heartbeats, and there is no other for them.
        let error = await #expect(throws: PostgresOpenError.self) {
            try await PostgresStore(
                server.url, configuration: Self.configuration(waiting: .seconds(60)))
        }
        guard case .unreachable(let words)? = error?.reason else {
            Issue.record("not unreachable: \(String(describing: error))")
            return
        }
        #expect(words.contains("the server ends"))
    }

    /// After a fatal error nothing more is sent over a connection that the server leaves open.
    @Test(.enabled(if: isInstalled, "needs libpq"))
    func aSessionThatIsOverIsNotUsedAgain() async throws {
        let server = try FakePostgres { stretch in
            stretch.has("BEGIN") ? FakePostgres.fatal : nil
        }
        defer { server.end() }
        let store = try await PostgresStore(
            server.url, configuration: Self.configuration(waiting: .milliseconds(500)))
        guard case .refused(.unavailable) = await store.perform(ListZones()) else {
            Issue.record("a call that nothing answered was not refused")
            return
        }
        await store.close()
        // Settings, identity and one transaction; the first connection counts its tables, too.
        #expect(server.stretches.values.allSatisfy { $0 <= 4 }, "\(server.stretches)")
    }

    /// Each session that is let in and then ended is followed by a pause: twenty or thirty new ones a second, not a thousand.
    @Test(.enabled(if: isInstalled, "needs libpq"))
    func aServerThatEndsItsSessionsIsNotFlooded() async throws {
        let server = try FakePostgres { stretch in
            stretch.has("BEGIN") ? FakePostgres.fatal : nil
        }
        defer { server.end() }
        let store = try await PostgresStore(
            server.url, configuration: Self.configuration(waiting: .seconds(3)))
        _ = await store.perform(ListZones())
        await store.close()
        #expect(server.connections > 2)
        #expect(server.connections < 300)
    }

    /// A server that asks for the password again and again and never reads one: what libpq has to say does not fit, and
    /// nobody waits until it does.
    @Test(.enabled(if: isInstalled, "needs libpq"))
    func aServerThatAsksAndDoesNotReadStopsNobody() async throws {
        let question = FakePostgres.message("R", [0, 0, 0, 3])
        let server = try FakePostgres(greeting: { _ in
            FakePostgres.Flood(start: [], rest: Array(repeatElement(question, count: 512).joined()))
        })
        defer { server.end() }
        await #expect(throws: PostgresOpenError.self) {
            try await PostgresStore(
                server.url, configuration: Self.configuration(waiting: .seconds(60)))
        }
    }
}
