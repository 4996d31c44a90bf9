import LocalPostgres
import ParleyHandoff
import TestNetworks

/// A second session, in psql, which holds what it has locked until it lets go.
struct LockHolder {
    private let program: PeerProgram

    /// Begins a transaction with these statements.
    init(_ statements: String, in schema: String, of server: PostgresServer) async throws {
        program = try PeerProgram(
            ["PGPASSWORD=\(PostgresServer.password)"] + server.session())
        try await run("SET search_path = \(schema); BEGIN; \(statements)")
    }

    /// Holds the place of a character's seal, so that a handoff of it waits at the end of its transaction.
    init(
        sealOf character: CharacterID, in schema: String, of server: PostgresServer
    ) async throws {
        try await self.init(
            "INSERT INTO seal VALUES (\(character.rawValue), 0, 0, 1, 0, 0, '')", in: schema,
            of: server)
    }

    private func run(_ statements: String) async throws {
        try program.say("\(statements);\n\\echo so be it\n")
        try await program.hears("so be it")
    }

    /// Commits, or takes back, what it did.
    func end(committing: Bool = false) async throws {
        try await run(committing ? "COMMIT" : "ROLLBACK")
        try program.closeInput()
    }
}

extension PostgresServer {
    /// Waits until so many sessions of a schema's store wait: for a lock, or for the standby ("SyncRep").
    func waits(_ count: Int, of schema: String, for event: String = "transactionid") async throws {
        let question = """
            SELECT count(*) >= \(count) FROM pg_stat_activity \
            WHERE application_name = '\(schema)' AND wait_event IN ('\(event)', 'tuple')
            """
        while try await run(question) != "t" { await Task.yield() }
    }
}
