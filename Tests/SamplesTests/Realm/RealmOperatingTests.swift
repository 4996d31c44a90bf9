import Foundation
import Glibc
import Parley
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
    }

    @Test func certificatesAreNotOverwritten() async throws {
        let folder = FileManager.default.temporaryDirectory.path + "/\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let words = ["certificates", "--out", folder]
        #expect(try await Program(words, of: "realm").outcome().status == 0)
        let names = try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
        #expect(
            names == [
                "authority.pem", "supervisor.pem", "world-0.pem", "zone-east.pem",
                "zone-north.pem", "zone-town.pem", "zone-wilds.pem",
            ])
        func contents() throws -> [Data] {
            try names.map { try Data(contentsOf: URL(fileURLWithPath: folder + "/" + $0)) }
        }
        let before = try contents()
        for name in names {
            let attributes = try FileManager.default.attributesOfItem(atPath: folder + "/" + name)
            #expect(attributes[.posixPermissions] as? Int == 0o600)
        }
        // One file is enough to refuse.
        try FileManager.default.removeItem(atPath: folder + "/authority.pem")
        let again = try await Program(words, of: "realm").outcome()
        #expect(again.status == 1)
        #expect(again.errors.contains("world-0.pem exists already, and is not overwritten"))
        #expect(!FileManager.default.fileExists(atPath: folder + "/authority.pem"))
        try before[0].write(to: URL(fileURLWithPath: folder + "/authority.pem"))
        #expect(try contents() == before)
    }

    @Test(arguments: [
        (["drain", "twon"], "unknown zone twon; did you mean town?"),
        (["drian", "town"], "unknown command drian; did you mean drain?"),
        (["kick"], "a CHARACTER has to be given"),
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
