import LocalPostgres
import ParleyPostgres
import ParleySockets
import Synchronization
import Testing

/// The PostgreSQL server that the tests of a run share. Each test has a schema of its own.
enum TestPostgres {
    static let isInstalled = PostgresServer.isInstalled

    private static let shared = SharedServer()
    private static let schemas = Mutex(0)

    /// The server, which is started for the first test that asks.
    static func server() async throws -> PostgresServer { try await shared.server() }

    /// The name of a schema that no other test has.
    static func schema() -> String {
        "test_"
            + String(
                schemas.withLock { number in
                    number += 1
                    return number
                })
    }

    /// Runs `body` with a new store.
    static func withStore(
        on own: PostgresServer? = nil, url: String? = nil,
        _ change: (inout PostgresStore.Configuration) -> Void = { _ in },
        _ body: (PostgresStore, PostgresServer) async throws -> Void
    ) async throws {
        let server = if let own { own } else { try await server() }
        var configuration = PostgresStore.Configuration()
        configuration.schema = schema()
        configuration.connections = 4
        // No test fails because a machine is slow.
        configuration.connectLimit = .seconds(120)
        configuration.waitLimit = .seconds(120)
        configuration.transactionLimit = .seconds(120)
        change(&configuration)
        // The sessions of a test are known by its schema.
        let place = "\(url ?? server.url())?application_name=\(configuration.schema)"
        let store = try await PostgresStore(place, configuration: configuration)
        do {
            try await body(store, server)
        } catch {
            await store.close()
            throw error
        }
        await store.close()
    }

    /// Runs `body` with a server that no other test uses, and ends it.
    static func withServer(
        _ settings: [String] = [], isEncrypted: Bool = false,
        _ body: (PostgresServer) async throws -> Void
    ) async throws {
        let server = try await PostgresServer.start(settings, isEncrypted: isEncrypted)
        do {
            try await body(server)
        } catch {
            await server.end()
            throw error
        }
        await server.end()
    }

    /// Runs `body` with a primary and a standby for which its commits wait, and the relay between the two.
    static func withStandby(
        _ body: (_ primary: PostgresServer, _ standby: PostgresServer, TestRelay) async throws ->
            Void
    ) async throws {
        try await withServer { primary in
            let relay = try TestRelay(to: primary.port)
            defer { relay.end() }
            let standby = try await primary.makeStandby(through: relay.port)
            do {
                try await body(primary, standby, relay)
            } catch {
                await standby.end()
                throw error
            }
            await standby.end()
        }
    }

    private actor SharedServer {
        private var starting: Task<PostgresServer, any Error>?

        func server() async throws -> PostgresServer {
            let task =
                starting ?? Task { try await PostgresServer.start(["max_connections=300"]) }
            starting = task
            return try await task.value
        }
    }
}

extension Trait where Self == ConditionTrait {
    /// Skips a test, and says so, where PostgreSQL is not installed.
    static var needsPostgres: Self {
        .enabled(
            if: TestPostgres.isInstalled, "needs PostgreSQL (Debian: apt-get install postgresql)")
    }
}
