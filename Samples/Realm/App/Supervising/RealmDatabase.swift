import Glibc
import LocalPostgres
import ParleyStore

/// A PostgreSQL of the realm's own, with a standby for which its commits wait. Both are gone with the realm.
actor RealmDatabase {
    private var primary: PostgresServer
    private var standby: PostgresServer
    /// Both servers, without the password: that is in the environment, which only this user reads.
    nonisolated let url: String

    /// Starts both.
    static func start() async throws -> RealmDatabase {
        let primary = try await PostgresServer.start(["max_connections=50"])
        do {
            return RealmDatabase(primary, try await primary.makeStandby())
        } catch {
            await primary.end()
            throw error
        }
    }

    private init(_ primary: PostgresServer, _ standby: PostgresServer) {
        (self.primary, self.standby) = (primary, standby)
        let hosts = "127.0.0.1:\(primary.port),127.0.0.1:\(standby.port)"
        url = "postgres://\(PostgresServer.user)@\(hosts)/postgres"
        setenv("PGPASSWORD", PostgresServer.password, 1)
    }

    /// Kills the primary, promotes the standby, and makes a new one where the primary was.
    ///
    /// Until the new one is there, commits wait for no standby.
    func failOver(_ say: @Sendable (String) -> Void) async throws {
        say("the database at port \(primary.port) is killed")
        try await primary.crash()
        try await standby.promote()
        say("the database at port \(standby.port) takes its place")
        await primary.end()
        let free = primary.port
        primary = standby
        standby = try await primary.makeStandby(at: free)
        say("a new standby, at port \(free), has all of it")
    }

    /// Ends both, and removes their files.
    func end() async {
        await standby.end()
        await primary.end()
    }
}
