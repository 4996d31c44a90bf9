import Foundation
import Glibc
import LocalPostgres
import Parley
import ParleyZones
import RealmGame
import Testing

/// Two world servers as processes, over one PostgreSQL.
@Suite(.serialized, .timeLimit(.minutes(5)))
struct SeveralWorldServersTests {
    /// Each of the two is killed under play. Nobody leaves, somebody comes, and the database is sound.
    @Test(
        .enabled(
            if: PostgresServer.isInstalled, "needs PostgreSQL (Debian: apt-get install postgresql)")
    )
    func losingAWorldServerLosesNobody() async throws {
        let folder = FileManager.default.temporaryDirectory.path + "/realm-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let realm = try await RunningRealm(
            "--bots", "8", "--store", "postgres", "--worlds", "2", folder: folder)
        await realm.until { _ in realm.playing == 8 && realm.crossings >= 2 }
        let options = ["--port-base", "\(realm.port)", "--worlds", "2", "--folder", folder]
        let status = try await Program(["status"] + options, of: "realm").outcome()
        for server in ["world: 4 zones, ", "world-1: 4 zones, "] {
            #expect(status.output.contains(server), "\(status)")
        }
        let logins = try await Self.logins(options)
        let others = (RealmMap.zones.map(\.name) + ["bots"]).map { realm.process(of: $0) }
        for (number, name) in ["world-1", "world"].enumerated() {
            let process = try #require(realm.process(of: name))
            kill(process, SIGKILL)
            // The first of its list has just died.
            let worlds = try RealmMap.realm(from: realm.port, worlds: 2).worldAddresses
            try await Self.enter(
                as: "ann-\(number)", at: number == 0 ? worlds.reversed() : worlds)
            let crossings = realm.crossings
            await realm.until { _ in
                realm.playing == 8 && realm.crossings >= crossings + 2
                    && realm.process(of: name) != process
            }
            #expect(realm.playing == 8, "\(realm.lines)")
        }
        // Each bot plays on in its session, and nothing else has ended.
        #expect(try await Self.logins(options) == logins && logins.count == 8, "\(realm.endings)")
        #expect((RealmMap.zones.map(\.name) + ["bots"]).map { realm.process(of: $0) } == others)
        realm.program.send(SIGTERM)
        await realm.until { $0.contains("the database is sound: 10 characters") }
        let outcome = await realm.program.outcome()
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(realm.lines.last == "the database is sound: 10 characters", "\(realm.lines)")
        #expect(realm.endings.contains("world-1 was ended by signal 9"), "\(realm.endings)")
        #expect(realm.endings.contains("world was ended by signal 9"), "\(realm.endings)")
    }

    /// The number of each bot's newest login, by the store.
    private static func logins(_ options: [String]) async throws -> [String] {
        var logins: [String] = []
        for number in 1...8 {
            let bot = try await Program(["inspect", "bot-\(number)"] + options, of: "realm")
                .outcome()
            let login = bot.output.firstMatch(of: /login \d+, allowed, 0 failures/)
            if let login { logins.append("bot-\(number): \(login.0)") }
        }
        return logins
    }

    /// Logs in, and leaves when it has a body.
    private static func enter(as name: String, at worlds: [WorldAddress]) async throws {
        let client = RealmClient<RealmRules>(at: worlds, as: .name(name))
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await client.run() }
            group.addTask {
                for await frame in client.frames where frame.me != nil { return }
            }
            defer { group.cancelAll() }
            try await group.next()
        }
    }

    /// The supervisor kills them, over links of certificates, and each process has a page of metrics.
    @Test(
        .enabled(
            if: PostgresServer.isInstalled, "needs PostgreSQL (Debian: apt-get install postgresql)")
    )
    func theSupervisorKillsWorldServers() async throws {
        let base = FileManager.default.temporaryDirectory.path + "/realm-\(UUID().uuidString)"
        let (folder, certificates) = (base + "/realm", base + "/certificates")
        defer { try? FileManager.default.removeItem(atPath: base) }
        let made = try await Program(
            ["certificates", "--out", certificates, "--worlds", "2"], of: "realm"
        ).outcome()
        #expect(made.status == 0, "\(made.errors)")
        let metrics = try await RunningRealm.freePorts()
        let realm = try await RunningRealm(
            "--bots", "4", "--store", "postgres", "--worlds", "2", "--certificates", certificates,
            "--metrics", "127.0.0.1:\(metrics)", "--kill-a-world-server-every", "3s",
            folder: folder)
        await realm.until { _ in realm.playing == 4 && realm.crossings >= 1 }
        var kills = 0
        await realm.until { line in
            if line.hasPrefix("world") && line.hasSuffix(" is killed") { kills += 1 }
            return kills >= 2
        }
        let crossings = realm.crossings
        await realm.until { _ in realm.playing == 4 && realm.crossings > crossings }
        #expect(kills >= 2 && realm.playing == 4, "\(realm.lines)")
        // The zones' pages lie behind the first world server's.
        for (number, zone) in RealmMap.zones.enumerated() {
            let address = try #require(SocketAddress("127.0.0.1:\(Int(metrics) + 1 + number)"))
            let page = try await RealmOperatingTests.page(at: address)
            #expect(page.contains("parley_players{zone=\"\(zone.name)\"}"), "\(page)")
        }
        realm.program.send(SIGINT)
        await realm.until { $0.contains("the database is sound: 4 characters") }
        #expect(await realm.program.outcome().status == 0)
        #expect(realm.lines.last == "the database is sound: 4 characters", "\(realm.lines)")
        #expect(realm.processes.count { $0.role == "bots" } == 1)
        #expect(!realm.processes.contains { RunningRealm.runs($0.identifier) })
    }
}
