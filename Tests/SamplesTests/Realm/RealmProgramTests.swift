import Foundation
import Glibc
import LocalPostgres
import Parley
import ParleyStore
import RealmGame
import Testing

/// The realm as real processes.
@Suite(.serialized, .timeLimit(.minutes(5))) struct RealmProgramTests {
    @Test func botsGetInAndCrossBorders() async throws {
        let folder = FileManager.default.temporaryDirectory.path + "/realm-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let realm = try await RunningRealm("all", "--bots", "8", folder: folder)
        await realm.until { _ in realm.playing == 8 && realm.crossings >= 4 }
        #expect(realm.playing == 8, "\(realm.lines)")
        #expect(realm.crossings >= 4, "\(realm.lines)")
        print("crossings of bots in processes of their own:", realm.silences)
        realm.program.send(SIGTERM)
        let outcome = await realm.program.outcome()
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(realm.processes.count == 6)
        #expect(!realm.processes.contains { RunningRealm.runs($0.identifier) })
        let audit = try await Program(["audit", "--folder", folder], of: "realm").outcome()
        #expect(audit.status == 0, "\(audit.errors)")
        #expect(audit.output.contains("is sound: 8 characters"))
    }

    /// All processes are told to end at once, and the realm is started again on the same store.
    @Test func aRealmStartsAgainWhereItStopped() async throws {
        let folder = FileManager.default.temporaryDirectory.path + "/realm-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: folder) }
        for run in 1...2 {
            let realm = try await RunningRealm("all", "--bots", "4", folder: folder)
            await realm.until { _ in realm.playing == 4 && realm.crossings >= 1 }
            #expect(realm.playing == 4, "run \(run): \(realm.lines)")
            for process in realm.processes { kill(process.identifier, SIGTERM) }
            realm.program.send(SIGTERM)
            let outcome = await realm.program.outcome()
            #expect(outcome.status == 0, "\(outcome.errors)")
            #expect(!realm.processes.contains { RunningRealm.runs($0.identifier) })
            let audit = try await Program(["audit", "--folder", folder], of: "realm").outcome()
            #expect(audit.status == 0, "\(audit.errors)")
            #expect(audit.output.contains("is sound: 4 characters"), "\(audit.output)")
        }
    }

    @Test func thePlayersOfAKilledZonePlayAgain() async throws {
        let realm = try await RunningRealm("--bots", "8")
        await realm.until { _ in realm.playing == 8 && !realm.players.isEmpty }
        let zone = try #require(realm.players.max { $0.value < $1.value })
        let process = try #require(realm.process(of: zone.key))
        kill(process, SIGKILL)
        var outage = ""
        await realm.until { line in
            if line.contains(" again, after ") { outage = line }
            return !outage.isEmpty && realm.playing == 8 && realm.process(of: zone.key) != process
        }
        print("a zone with \(zone.value) of 8 bots was killed:", outage)
        #expect(realm.playing == 8, "\(realm.lines)")
        #expect(realm.process(of: zone.key) != process)
        realm.program.send(SIGINT)
        #expect(await realm.program.outcome().status == 0)
        #expect(!realm.processes.contains { RunningRealm.runs($0.identifier) })
    }

    /// The database dies under play, twice: everybody plays on, and nothing of it was lost.
    @Test(
        .enabled(
            if: PostgresServer.isInstalled, "needs PostgreSQL (Debian: apt-get install postgresql)")
    )
    func aDatabaseThatFailsOver() async throws {
        let realm = try await RunningRealm(
            "--bots", "8", "--store", "postgres", "--fail-over-every", "3s")
        await realm.until { _ in realm.playing == 8 && realm.crossings >= 2 }
        var failures = 0
        await realm.until { line in
            if line.contains("a new standby") { failures += 1 }
            return failures == 2
        }
        let crossings = realm.crossings
        await realm.until { _ in realm.playing == 8 && realm.crossings >= crossings + 2 }
        #expect(realm.playing == 8 && realm.crossings >= crossings + 2, "\(realm.lines)")
        realm.program.send(SIGTERM)
        await realm.until { $0.contains("the database is sound: 8 characters") }
        let outcome = await realm.program.outcome()
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(realm.lines.last == "the database is sound: 8 characters", "\(realm.lines)")
        // No process of the realm has ended before the realm did.
        #expect(realm.processes.count == 6)
    }

    @Test func aRestoredStoreBeginsAGeneration() async throws {
        let folder = FileManager.default.temporaryDirectory.path + "/realm-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let words = ["generation", "--folder", folder]
        let missing = try await Program(words, of: "realm").outcome()
        #expect(missing.errors == "realm: there is no store at \(folder)/realm.db\n")
        await (try SQLiteStore(path: folder + "/realm.db")).close()
        let first = try await Program(words, of: "realm").outcome()
        #expect(first.output.hasPrefix("generation 2 has begun, after 1:"), "\(first)")
        let named = try await Program(words + ["--next", "9"], of: "realm").outcome()
        #expect(named.output.hasPrefix("generation 9 has begun, after 2:"), "\(named)")
        let late = try await Program(words + ["--next", "4"], of: "realm").outcome()
        #expect(late.errors == "realm: the generation is 9; --next has to be above it\n")
    }

    /// Nobody is left to end the children, one of which stands still.
    @Test func noChildOutlivesAKilledSupervisor() async throws {
        let realm = try await RunningRealm("--bots", "2", "--stop-the-world-server", "3600s")
        await realm.until { $0 == "the world server is stopped" }
        realm.program.send(SIGKILL)
        _ = await realm.program.outcome()
        #expect(realm.processes.count == 6)
        try await realm.untilNoneRuns()
    }

    @Test func aPlayerAtATerminal() async throws {
        let realm = try await RunningRealm("--bots", "0")
        await realm.until { $0.hasPrefix("players: town 0") }
        let terminal = try PseudoTerminal()
        let player = try Program(
            ["play", "--port-base", "\(realm.port)", "--name", "Ann", "--no-color"],
            of: "realm", in: terminal)
        #expect(await terminal.output(until: "@").contains("@"))
        terminal.type(" ")
        #expect(await terminal.output(until: "you wave (1)").contains("you wave (1)"))
        terminal.type("\r")
        #expect(await terminal.output(until: "say:").contains("say:"))
        terminal.type("hello\r")
        #expect(await terminal.output(until: "ann: hello").contains("ann: hello"))
        terminal.type("q")
        #expect(await player.outcome().status == 0)
        realm.program.send(SIGTERM)
        #expect(await realm.program.outcome().status == 0)
    }

    @Test(arguments: [
        (["zone", "twon"], "unknown zone twon; did you mean town?"),
        (["--bost", "3"], "unknown option --bost; did you mean --bots?"),
        (["zone"], "a NAME has to be given"),
        (["--store", "mysql"], "--store needs “postgres”"),
        (["--fail-over-every", "3s"], "--fail-over-every needs --store postgres"),
        (["--worlds", "2"], "--worlds 2 needs --store postgres: a file belongs to one"),
        (["--worlds", "5"], "--worlds needs a number from 1 to 4, not “5”"),
        (["world", "--worlds", "2"], "--worlds 2 needs a store that world servers share"),
        (["world", "--store", "postgres"], "--store postgres starts a database for a whole realm"),
        (["world", "--number", "1"], "--number 1 needs --worlds 2 or more"),
        (["world", "--numbr", "1"], "unknown option --numbr; did you mean --number?"),
        (
            ["--kill-a-world-server-every", "3s"],
            "--kill-a-world-server-every needs --worlds 2 or more: nobody takes over"
        ),
        (["--metrics", "127.0.0.1:65535"], "--metrics needs a port of at most 65531: 5 ports"),
        (["--metrics-from", "::1"], "--metrics-from NETWORKS goes with --metrics HOST:PORT"),
        (["--kill-a-zone-every", "soon"], "--kill-a-zone-every needs a time from 0.1s to 3600s"),
    ])
    func mistypedWords(words: [String], complaint: String) async throws {
        let outcome = try await Program(words, of: "realm").outcome()
        #expect(outcome.status == 64)
        #expect(outcome.errors.hasPrefix("realm: \(complaint)"), "\(outcome.errors)")
    }

    @Test func aPortInUse() async throws {
        let port = try await RunningRealm.freePorts()
        let manager = ConnectionManager()
        _ = try await manager.listen(host: "127.0.0.1", port: port)
        let outcome = try await Program(["--port-base", "\(port)"], of: "realm").outcome()
        #expect(outcome.status == 1)
        let complaint =
            "port \(port) is in use, maybe by another realm; choose others with --port-base N"
        #expect(outcome.errors.contains(complaint), "\(outcome.errors)")
        await manager.shutdown(within: .seconds(1))
    }

    @Test func noWorldServer() async throws {
        let bots = try await Program(["bots", "--port-base", "1"], of: "realm").outcome()
        #expect(bots.status == 1)
        #expect(bots.errors.contains("no world server answers at port 1"), "\(bots.errors)")
        let audit = try await Program(["audit", "--store", "/nowhere"], of: "realm").outcome()
        #expect(audit.errors == "realm: there is no store at /nowhere\n")
    }
}
