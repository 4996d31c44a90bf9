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
        _ change: (inout PostgresStore.Configuration) -> Void = { _ in },
        _ body: (PostgresStore, PostgresServer) async throws -> Void
    ) async throws {
        let server = try await server()
        var configuration = PostgresStore.Configuration()
        configuration.schema = schema()
        configuration.connections = 4
        change(&configuration)
        let store = try await PostgresStore(server.url(), configuration: configuration)
        do {
            try await body(store, server)
        } catch {
            await store.close()
            throw error
        }
        await store.close()
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
