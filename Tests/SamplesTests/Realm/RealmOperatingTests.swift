import Foundation
import Glibc
import Parley
import ParleyStore
import Testing

/// Operating a realm of real processes.
@Suite(.serialized, .timeLimit(.minutes(10))) struct RealmOperatingTests {
    /// All links between its servers are TLS by certificates of the realm's own.
    @Test func aRealmOfCertificatesIsOperated() async throws {
        let base = FileManager.default.temporaryDirectory.path + "/realm-\(UUID().uuidString)"
        let (folder, certificates) = (base + "/realm", base + "/certificates")
        defer { try? FileManager.default.removeItem(atPath: base) }
        let made = try await Program(["certificates", "--out", certificates], of: "realm").outcome()
        #expect(made.status == 0, "\(made.errors)")
        let realm = try await RunningRealm(
            "--bots", "4", "--certificates", certificates, folder: folder)
        await realm.until { _ in realm.playing == 4 && realm.crossings >= 1 }
        #expect(realm.playing == 4)
        let options = [
            "--port-base", "\(realm.port)", "--folder", folder, "--certificates", certificates,
        ]
        let status = try await Program(["status"] + options, of: "realm").outcome()
        #expect(status.output.contains("town, incarnation 1: ready"), "\(status.errors)")
        #expect(status.output.contains("world: 4 zones, 4 clients, 4 logins"))
        let bot = try await Program(["inspect", "bot-1"] + options, of: "realm").outcome()
        #expect(bot.output.contains(", allowed, 0 failures"), "\(bot.errors)")
        let moved = try await Program(["move", "bot-1", "wilds"] + options, of: "realm").outcome()
        #expect(moved.status == 0, "\(moved.errors)")
        let copied = try await Program(["backup", "--out", "a.db"] + options, of: "realm").outcome()
        #expect(copied.status == 0, "\(copied.errors)")
        let drained = try await Program(["drain", "town"] + options, of: "realm").outcome()
        #expect(drained.status == 0, "\(drained.errors)")
        // The zone ends with success, the supervisor starts it again, and all play on.
        let first = realm.process(of: "town")
        var ending = ""
        await realm.until { line in
            if line.hasPrefix("town ended") { ending = line }
            return !ending.isEmpty && realm.process(of: "town") != first && realm.playing == 4
        }
        #expect(ending == "town ended with status 0")
        realm.program.send(SIGTERM)
        #expect(await realm.program.outcome().status == 0)
        let store = ["inspect", "bot-1", "--store", folder + "/realm.db"]
        let offline = try await Program(store, of: "realm").outcome()
        #expect(offline.output.contains(", allowed, 0 failures"), "\(offline.errors)")
        try await Self.restore(from: folder + "/a.db")
    }

    /// A generation begins in a copy that was made while the realm ran.
    private static func restore(from copy: String) async throws {
        let begun = try await Program(["generation", "--store", copy], of: "realm").outcome()
        #expect(begun.output.hasPrefix("generation 2 has begun"), "\(begun.errors)")
        let late = try await Program(
            ["generation", "--store", copy, "--next", "2"], of: "realm"
        ).outcome()
        #expect(late.errors.contains("--next has to be above it"), "\(late.errors)")
        let audit = try await Program(["audit", "--store", copy], of: "realm").outcome()
        #expect(audit.output.contains("is sound: 4 characters"), "\(audit.errors)")
        let again = try await Program(
            ["backup", "--store", copy, "--out", copy], of: "realm"
        ).outcome()
        #expect(again.status == 1 && again.errors.contains("File exists"), "\(again.errors)")
    }

    /// Two servers without a supervisor: one serves its metrics, the other one drains when it is asked to end.
    @Test func serversAreWatchedAndEndInOrder() async throws {
        let folder = FileManager.default.temporaryDirectory.path + "/realm-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let port = try await RunningRealm.freePorts()
        let listener = try await ConnectionManager().listen(host: "127.0.0.1")
        let metrics = listener.localAddress
        await listener.close()
        let options = ["--folder", folder, "--port-base", "\(port)"]
        let world = try Program(
            ["world", "--metrics", "\(metrics)"] + options, of: "realm")
        for await line in world.lines where line.hasPrefix("world: 0 zones") { break }
        let zone = try Program(["zone", "town", "--drain-for", "20s"] + options, of: "realm")
        for await line in zone.lines where line.hasPrefix("town, incarnation 1") { break }
        let page = try await Self.page(at: metrics)
        #expect(page.contains("parley_zone_state{server=\"world:0\",zone=\"town\""), "\(page)")
        zone.send(SIGTERM)
        let drained = await zone.outcome()
        #expect(drained.status == 0)
        #expect(drained.errors.contains("notice: the zone has drained, and ends (zone=town)"))
        world.send(SIGTERM)
        #expect(await world.outcome().status == 0)
    }

    /// What a scraper gets.
    static func page(at address: SocketAddress) async throws -> String {
        try await ConnectionManager.run { manager in
            let connection = try await manager.connect(
                to: address, options: ConnectionOptions(framing: .raw))
            try await connection.send(
                Datagram(bytes: Array("GET /metrics HTTP/1.1\r\nHost: a\r\n\r\n".utf8)))
            var page: [UInt8] = []
            for await bytes in connection.datagrams { page += bytes.bytes }
            return String(decoding: page, as: UTF8.self)
        }
    }

    /// An account of that name has a password. The bot has none, says so, and its program ends.
    @Test func botsThatAreRefusedSayWhy() async throws {
        let folder = FileManager.default.temporaryDirectory.path + "/realm-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true)
        let store = try await SQLiteStore(path: folder + "/realm.db")
        let accounts = AccountService(store: store, logins: .passwords(try PasswordHasher()))
        let made = await accounts.create(try #require(AccountName("bot-1")), password: "secret")
        #expect(made.value != nil)
        await store.close()
        let port = try await RunningRealm.freePorts()
        let options = ["--folder", folder, "--port-base", "\(port)"]
        let world = try Program(["world"] + options, of: "realm")
        for await line in world.lines where line.hasPrefix("world: 0 zones") { break }
        let bots = try await Program(
            ["bots", "--count", "1", "--port-base", "\(port)"], of: "realm"
        ).outcome()
        #expect(bots.status == 1)
        #expect(bots.errors.contains("password"), "\(bots.errors) \(bots.output)")
        world.send(SIGTERM)
        #expect(await world.outcome().status == 0)
    }

    @Test func certificatesAreNotOverwritten() async throws {
        let folder = FileManager.default.temporaryDirectory.path + "/\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let words = ["certificates", "--out", folder]
        #expect(
            try await Program(words + ["--worlds", "2"], of: "realm").outcome().status == 0)
        let names = try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
        #expect(
            names == [
                "authority.pem", "supervisor.pem", "world-0.pem", "world-1.pem",
                "zone-east.pem", "zone-north.pem", "zone-town.pem", "zone-wilds.pem",
            ])
        func contents() throws -> [Data] {
            try names.map { try Data(contentsOf: URL(fileURLWithPath: folder + "/" + $0)) }
        }
        let before = try contents()
        for name in names {
            let attributes = try FileManager.default.attributesOfItem(atPath: folder + "/" + name)
            #expect(attributes[.posixPermissions] as? Int == 0o600)
        }
        // What is missing is made by the same authority, and nothing else.
        try FileManager.default.removeItem(atPath: folder + "/zone-east.pem")
        let added = try await Program(words + ["--worlds", "3", "--add"], of: "realm").outcome()
        #expect(added.status == 0)
        #expect(added.output.contains("world:2") && added.output.contains("zone:east"))
        #expect(!added.output.contains("world:1"))
        let rest = try contents()
        for (index, name) in names.enumerated() where name != "zone-east.pem" {
            #expect(rest[index] == before[index], "\(name)")
        }
        #expect(rest[4] != before[4])
        // One file is enough to refuse.
        try FileManager.default.removeItem(atPath: folder + "/authority.pem")
        let again = try await Program(words, of: "realm").outcome()
        #expect(again.status == 1)
        #expect(again.errors.contains("world-0.pem exists already, and is not overwritten"))
        let without = try await Program(words + ["--add"], of: "realm").outcome()
        #expect(without.status == 1 && without.errors.contains("that could sign"))
        #expect(!FileManager.default.fileExists(atPath: folder + "/authority.pem"))
        try before[0].write(to: URL(fileURLWithPath: folder + "/authority.pem"))
        #expect(try contents() == rest)
    }

    @Test(arguments: [
        (["drain", "twon"], "unknown zone twon; did you mean town?"),
        (["drian", "town"], "unknown command drian; did you mean drain?"),
        (["kick"], "a CHARACTER has to be given"),
        (["move", "7"], "a ZONE has to be given"),
        (["move", "7", "town", "north"], "only one ZONE can be given, not “north” as well"),
        (["move", "7", "twon"], "unknown zone twon; did you mean town?"),
        (["backup", "--out", "../a"], "--out needs a file's name"),
        (["world", "--metrics", "here"], "“here” is no HOST:PORT"),
        (["world", "--metrics-from", "::1"], "--metrics-from NETWORKS goes with --metrics"),
        (["zone", "town", "--drain-for", "soon"], "--drain-for needs a time from 0.1s to 3600s"),
        (["ban", "a b"], "“a b” is neither a character's number nor a name"),
        (["certificates"], "--out FOLDER has to be given"),
        (["simulate", "--fautls", "none"], "unknown option --fautls; did you mean --faults?"),
        (["simulate", "--faults", "some"], "--faults needs one of none, mild, worst, not “some”"),
        (["simulate", "--seed", "x"], "--seed needs a number, not “x”"),
    ])
    func mistypedWords(words: [String], complaint: String) async throws {
        let outcome = try await Program(words, of: "realm").outcome()
        #expect(outcome.status == 64, "\(outcome.errors)")
        #expect(outcome.errors.hasPrefix("realm: \(complaint)"), "\(outcome.errors)")
    }

    @Test func whatIsMissingIsNamed() async throws {
        let folder = FileManager.default.temporaryDirectory.path + "/\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let keys = try await Program(["status", "--folder", folder], of: "realm").outcome()
        #expect(keys.status == 1)
        #expect(keys.errors.contains("there are no keys in \(folder)"), "\(keys.errors)")
        let world = try await Program(
            ["world", "--folder", folder, "--certificates", folder], of: "realm"
        ).outcome()
        #expect(world.status == 1)
        #expect(world.errors.contains("world-0.pem"), "\(world.errors)")
    }
}
