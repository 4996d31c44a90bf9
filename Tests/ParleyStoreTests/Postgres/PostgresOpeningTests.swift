import Foundation
import LocalPostgres
import ParleyHandoff
import TestNetworks
import Testing

@testable import ParleyPostgres
@testable import ParleyStore

/// Databases that are no store, or another's, and URLs with a password in the wrong place.
@Suite(.timeLimit(.minutes(10)))
struct PostgresOpeningTests {
    private func reason(
        _ url: String, _ change: (inout PostgresStore.Configuration) -> Void = { _ in }
    )
        async -> PostgresOpenError?
    {
        var configuration = PostgresStore.Configuration()
        configuration.schema = TestPostgres.schema()
        change(&configuration)
        do throws(PostgresOpenError) {
            let store = try await PostgresStore(url, configuration: configuration)
            await store.close()
            return nil
        } catch {
            return error
        }
    }

    @Test(.needsPostgres) func twoRealmsShareADatabase() async throws {
        try await TestPostgres.withStore({ $0.realm = "ice" }) { ice, server in
            try await TestPostgres.withStore({ $0.realm = "fire" }) { fire, _ in
                _ = try await ice.readyZone("north")
                #expect(try await fire.done(ListZones()) == [])
                let schema = await ice.schemaName
                let error = await reason(server.url()) {
                    $0.schema = schema
                    $0.realm = "fire"
                }
                #expect(error?.reason == .otherRealm("ice"))
            }
        }
    }

    @Test(.needsPostgres) func anotherSchemaIsNotTouched() async throws {
        let server = try await TestPostgres.server()
        let schema = TestPostgres.schema()
        try await server.run("CREATE SCHEMA \(schema); CREATE TABLE \(schema).owner (name text)")
        let error = await reason(server.url()) { $0.schema = schema }
        #expect(
            error?.reason == .unreadable("the schema “\(schema)” has 1 tables of something else"))
        let tables =
            "SELECT count(*) FROM information_schema.tables WHERE table_schema = '\(schema)'"
        #expect(try await server.run(tables) == "1")
    }

    @Test(.needsPostgres) func tablesOfAnotherVersionAreRefused() async throws {
        try await TestPostgres.withStore { store, server in
            let schema = await store.schemaName
            try await server.run(
                "UPDATE \(schema).realm SET version = 99; UPDATE \(schema).compatibility SET oldest = 98"
            )
            let error = await reason(server.url()) { $0.schema = schema }
            #expect(
                error?.reason
                    == .unreadable(
                        "the tables have version 99, for programs from version 98 on, "
                            + "and this program has 3"))
        }
    }

    /// A stand-in that says the first words of an old server, and no more.
    @Test(.needsPostgres) func anOldServerIsRefused() async throws {
        let standIn = try TestRelay { _, client in
            var request = [UInt8](repeating: 0, count: 4_096)
            guard read(client, &request, request.count) > 0 else { return }
            let version = Array("server_version\u{0}9.2.1\u{0}".utf8)
            let answer: [UInt8] =
                [UInt8(ascii: "R"), 0, 0, 0, 8, 0, 0, 0, 0]
                + [UInt8(ascii: "S"), 0, 0, 0, UInt8(4 + version.count)] + version
                + [UInt8(ascii: "K"), 0, 0, 0, 12, 0, 0, 0, 1, 0, 0, 0, 1]
                + [UInt8(ascii: "Z"), 0, 0, 0, 5, UInt8(ascii: "I")]
            _ = send(client, answer, answer.count, Int32(MSG_NOSIGNAL))
            while read(client, &request, request.count) > 0 {}
        }
        defer { standIn.end() }
        let error = await reason("postgres://u@127.0.0.1:\(standIn.port)/d?sslmode=disable") {
            // A busy machine may take longer than a client would wait.
            $0.connectLimit = .seconds(60)
        }
        #expect(error?.reason == .tooOld("9.2"))
        #expect("\(error as Any)".contains("needs 12 or a later one"))
    }

    @Test(.needsPostgres, .needs("openssl", package: "openssl"))
    func connectionsAreEncrypted() async throws {
        try await TestPostgres.withServer(isEncrypted: true) { server in
            try await TestPostgres.withStore(on: server) { store, _ in
                #expect(store.findings.isEncrypted, "“prefer” is the default")
                _ = try await store.readyZone("north")
            }
            let folder = FileManager.default.temporaryDirectory.appending(path: "ca-\(UUID()).pem")
            try FileManager.default.copyItem(atPath: server.certificate, toPath: folder.path)
            defer { try? FileManager.default.removeItem(at: folder) }
            let verified = "?sslmode=verify-full&sslrootcert=\(folder.path)"
            #expect(await reason(server.url(host: "localhost") + verified) == nil)
            let wrong = await reason(server.url() + verified)
            #expect("\(wrong as Any)".contains("certificate"), "\(wrong as Any)")
        }
        let plain = try await TestPostgres.server()
        let error = await reason(plain.url() + "?sslmode=require")
        #expect("\(error as Any)".contains("SSL"), "\(error as Any)")
    }

    /// The password, or what is taken for it, is in no error.
    @Test(
        .needsPostgres,
        arguments: [
            "postgres://parley:hunter2@HOST/postgres", "postgres://parley:hunter2@HOST/nowhere",
            "postgres://hunter2@HOST/postgres", "postgres://parley:x@hunter2@HOST/postgres",
            "postgres://parley:hunter2/x@HOST/postgres",
            "postgres://parley:1/hunter2@HOST/postgres",
            "postgres://parley:x?hunter2@HOST/postgres", "postgres://HOST/postgres?hunter2=x",
            "postgres://parley:%zzhunter2@HOST/postgres", "postgres://hun ter2hunter2/postgres",
            "postgres://parley@HOST:hunter2/postgres", "mysql://parley:hunter2@HOST/postgres",
            "postgres://HOST/postgres?user=parley&password=hunter2", "hunter2",
            "postgres://parley:x@HOST/postgres?host=hunter2",
        ])
    func aPasswordIsNeverPrinted(url: String) async throws {
        let server = try await TestPostgres.server()
        let error = try #require(
            await reason(url.replacing("HOST", with: "127.0.0.1:\(server.port)")))
        for text in ["\(error)", "\(error as Any)", String(reflecting: error)] {
            #expect(!text.contains("hunter2"))
        }
    }

    @Test func aURLIsRead() throws {
        let url = try PostgresURL(
            "postgres://ann%40x:p%27%5C@db1,[::1]:7,db-2.example:5433/game?sslmode=verify-full")
        #expect(url.hosts.map(\.description) == ["db1:5432", "[::1]:7", "db-2.example:5433"])
        #expect(url.user == "ann@x" && url.password == "p'\\" && url.database == "game")
        #expect("\(url)" == "db1:5432,[::1]:7,db-2.example:5433/game")
        let text = url.text(for: url.hosts[0], at: nil)
        #expect(text.contains("password='p\\'\\\\'"))
        #expect(text.hasSuffix("sslmode='verify-full'"))
        #expect(try PostgresURL("postgresql:///x?host=/run/pg").hosts[0].isFolder)
    }

    /// Yesterday's backup under zones that go on: after the next generation none of them passes a fence.
    @Test(.needsPostgres) func yesterdaysBackupFencesTheZonesOfToday() async throws {
        let server = try await TestPostgres.server()
        try await server.run("CREATE DATABASE today")
        try await server.run("CREATE DATABASE restored")
        try await TestPostgres.withStore(url: server.url("today")) { store, _ in
            let (north, south) = (
                try await store.readyZone("north"), try await store.readyZone("south")
            )
            let (ann, owner) = try await store.player("ann", in: north)
            let yesterday = try await server.dump("today")
            let commit = CommitHandoff(
                HandoffID(character: ann, epoch: owner.epoch.next, mark: 1), from: owner, to: south,
                login: firstLogin, seal: state("today"))
            let now = try await store.done(commit)
            let audit = try #require(await store.audit().value)
            try await server.restore(yesterday, to: "restored")
            let schema = await store.schemaName
            try await TestPostgres.withStore(url: server.url("restored"), { $0.schema = schema }) {
                restored, _ in
                #expect(try await restored.done(Fence(ann, owner)).owner == owner)
                #expect(try await restored.done(BeginGeneration(after: 1)) == 2)
                for old in [owner, now] {
                    guard case .notOwner = try await restored.refused(Fence(ann, old)) else {
                        Issue.record("\(old) passed a fence")
                        return
                    }
                }
                guard
                    case .zoneNotReady = try await restored.refused(Beat(south, number: 9, load: 1))
                else { return }
                let later = try await restored.readyZone("south", mark: 8)
                let login = try await restored.done(BeginSession(ann)).login
                let entry = try await restored.done(Enter(ann, login: login, into: later, mark: 2))
                #expect(entry.owner.epoch > now.epoch)
                #expect(await restored.audit().value?.regressions(since: audit) == [])
            }
        }
    }
}
