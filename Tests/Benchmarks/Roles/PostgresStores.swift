import CBenchmarkBaseline
import Foundation
import LocalPostgres
import ParleyPostgres
import ParleyStore

/// What a handoff costs in PostgreSQL, beside bare pipelined statements.
enum PostgresStores {
    /// Runs `body` with a server of its own, and with a synchronous standby if the arguments have one.
    static func withServer<Result>(
        _ arguments: RoleArguments, _ body: (PostgresServer) async throws -> Result
    ) async throws -> Result {
        let server = try await PostgresServer.start()
        let outcome: Swift.Result<Result, any Error>
        var standby: PostgresServer?
        do {
            if arguments["standby"] == 1 { standby = try await server.makeStandby() }
            outcome = .success(try await body(server))
        } catch {
            outcome = .failure(error)
        }
        await standby?.end()
        await server.end()
        return try outcome.get()
    }

    private static func say(_ nanoseconds: Int64, _ arguments: RoleArguments) {
        RoleProcess.say(["nanoseconds": nanoseconds, "count": Int64(arguments["iterations"])])
    }

    static func grants(_ arguments: RoleArguments) async throws {
        let seal = StoredState(
            version: 1, bytes: [UInt8](repeating: 0, count: arguments["size"]))
        let time = try await withServer(arguments) { server in
            let store = try await PostgresStore(server.url())
            let time = try await Stores.grants(
                arguments["iterations"], together: arguments["together"], seal: seal, in: store)
            await store.close()
            return time
        }
        say(time, arguments)
    }

    static func bareGrants(_ arguments: RoleArguments) async throws {
        let time = try await withServer(arguments) { server in
            try await server.run(
                """
                CREATE TABLE owner (character bigint PRIMARY KEY, zone text, incarnation bigint NOT NULL,
                    generation bigint NOT NULL, number bigint NOT NULL, taken bigint NOT NULL);
                CREATE INDEX owner_place ON owner (zone, incarnation) WHERE zone IS NOT NULL;
                CREATE TABLE state (character bigint PRIMARY KEY, number bigint NOT NULL, bytes bytea NOT NULL);
                INSERT INTO owner SELECT n, 'north', 1, 1, 1, 0
                    FROM generate_series(1, \(arguments["together"])) AS n
                """)
            let password = PostgresServer.password.replacing("'", with: "\\'")
            return bench_postgres_grants(
                """
                host=127.0.0.1 port=\(server.port) user=\(PostgresServer.user) \
                password='\(password)' dbname=postgres gssencmode=disable
                """, Int64(arguments["iterations"]), Int64(arguments["together"]),
                arguments.c("size"))
        }
        say(time, arguments)
    }
}

extension Role {
    /// The sides of a store in PostgreSQL.
    static var postgresStores: [String: Play] {
        [
            "parley-postgres-grants": { try await PostgresStores.grants($0) },
            "c-postgres-grants": { try await PostgresStores.bareGrants($0) },
        ]
    }
}
