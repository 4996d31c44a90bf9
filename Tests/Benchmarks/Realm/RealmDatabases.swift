import CBenchmarkBaseline
import Foundation
import LocalPostgres
import ParleyHandoff
import ParleyPostgres
import ParleyStore
import Synchronization

/// A realm's PostgreSQL with a synchronous standby, in a process beside the realm.
enum RealmDatabases {
    /// The URL of a database whose ports are `primary` and `standby`; nil if a role has none.
    static func url(_ arguments: RoleArguments) -> String? {
        guard arguments["primary"] > 0 else { return nil }
        let password = PostgresServer.password.addingPercentEncoding(
            withAllowedCharacters: .alphanumerics)
        let hosts = "127.0.0.1:\(arguments["primary"]),127.0.0.1:\(arguments["standby"])"
        return "postgres://\(PostgresServer.user):\(password ?? "")@\(hosts)/postgres"
    }

    /// Serves until the parent ends the process; both servers end with it.
    ///
    /// The order `fail` kills the primary and promotes the standby: a second line says when it was killed, and when the new one
    /// took writes. The order `audit` counts what is wrong with the store of a realm whose servers have ended.
    static func serve(_ arguments: RoleArguments) async throws {
        let primary = try await PostgresServer.start()
        let standby = try await primary.makeStandby()
        let (orders, sink) = AsyncStream.makeStream(
            of: String.self, bufferingPolicy: .bufferingNewest(4))
        for order in ["fail", "audit"] {
            RoleProcess.obey(order) { _ in
                sink.yield(order)
                return [:]
            }
        }
        RoleProcess.say(["primary": Int64(primary.port), "standby": Int64(standby.port)])
        for await order in orders {
            if order == "fail" {
                let killed = bench_now()
                try await primary.crash()
                try await standby.promote()
                _ = try await standby.run("CREATE TABLE IF NOT EXISTS probe (number int)")
                RoleProcess.say(["killed": killed, "answered": bench_now()])
            } else {
                RoleProcess.say(try await audit(standby, arguments["port"]))
            }
        }
    }

    private static func audit(
        _ server: PostgresServer, _ port: Int
    ) async throws -> [String: Int64] {
        let store = try await PostgresStore(server.url())
        let outcome = await store.audit()
        await store.close()
        guard let audit = outcome.value else { throw ChildFailure("no audit: \(outcome)") }
        let lost = try lostEpochs(audit, port)
        for text in audit.problems + lost { Suite.complain("audit: \(text)") }
        let payments = try await server.run("SELECT count(*) FROM parley.ledger WHERE change < 0")
        return [
            "problems": Int64(audit.problems.count), "lost": Int64(lost.count),
            "characters": Int64(audit.epochs.count), "payments": Int64(payments) ?? -1,
        ]
    }

    /// The characters whose players have seen a later epoch than the store knows.
    private static func lostEpochs(_ audit: StoreAudit, _ port: Int) throws -> [String] {
        let file = RealmPlan.folder(port).appending(path: "epochs")
        let lines = try String(contentsOf: file, encoding: .utf8).split(separator: "\n")
        return lines.compactMap { line in
            let numbers = line.split(separator: " ").compactMap { UInt64($0) }
            guard numbers.count == 3 else { return "“\(line)” names no epoch" }
            let stored = audit.epochs[CharacterID(rawValue: numbers[0])]
            let seen = Epoch(
                generation: UInt32(truncatingIfNeeded: numbers[1]), number: numbers[2])
            return stored.map { $0 >= seen } == true
                ? nil : "player saw \(line), the store has \(stored as Any)"
        }
    }
}
