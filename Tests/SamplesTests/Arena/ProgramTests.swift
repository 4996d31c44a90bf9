import Foundation
import Parley
import TestNetworks
import Testing

/// The program from a shell.
@Suite(.serialized, .timeLimit(.minutes(5))) struct ProgramTests {
    @Test(arguments: [["--help"], ["serve", "--help"], ["play", "--help"], ["bots", "-h"]])
    func help(arguments: [String]) async throws {
        let outcome = try await Program(arguments).outcome()
        #expect(outcome.status == 0)
        #expect(outcome.output.contains("Usage: arena"))
        #expect(outcome.errors.isEmpty)
    }

    @Test func aMistypedOption() async throws {
        let outcome = try await Program.run("serve", "--nonsense")
        #expect(outcome.status == 64)
        #expect(
            outcome.errors == "arena: unknown option --nonsense; --help lists what there is\n")
        let near = try await Program.run("bots", "--cuont", "3")
        #expect(near.errors == "arena: unknown option --cuont; did you mean --count?\n")
    }

    @Test func anInviteNamesItsServer() async throws {
        let outcome = try await Program.run(
            "play", "--invite", "parley:localhost:9099#aaaaaaaaaaaaaaaaaaaaaaaaaa", "--to",
            "localhost:9098")
        #expect(outcome.status == 64)
        #expect(outcome.errors.contains("give --invite or --to, not both"))
        let short = try await Program.run("play", "--invite", "parley:localhost:9099#aaaa")
        #expect(short.errors.contains("a whole invite"))
    }

    @Test func plainLinesForSomeSeconds() async throws {
        let outcome = try await Program.run("--port", "0", "--seconds", "3", "--bots", "3")
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(!outcome.output.contains("\u{1B}"))
        let lines = outcome.output.split(separator: "\n")
        #expect(lines.first?.hasPrefix("listening on") == true)
        #expect(lines.count { $0.hasSuffix(" joined") } == 3)
        #expect(lines.contains { $0.hasPrefix("tick ") && $0.contains("3 players") })
        #expect(lines.last?.hasPrefix("served ") == true)
    }

    @Test(arguments: [SIGINT, SIGTERM]) func signalsEndTheServer(signal: Int32) async throws {
        let server = try Program(["serve", "--port", "0", "--bots", "1"])
        for await line in server.lines where line.hasSuffix(" joined") { break }
        server.send(signal)
        let outcome = await server.outcome()
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(outcome.output.contains("served "))
    }

    @Test func aPortInUse() async throws {
        let manager = ConnectionManager()
        let listener = try await manager.listen(host: "127.0.0.1", port: 0)
        let port = "\(listener.localAddress.port)"
        let outcome = try await Program.run("serve", "--host", "127.0.0.1", "--port", port)
        #expect(outcome.status == 1)
        #expect(
            outcome.errors
                == "arena: port \(port) is in use; choose another one with --port N\n")
        await manager.shutdown(within: .seconds(1))
    }

    @Test func noServerAtThePort() async throws {
        // Nothing listens at port 1. Another process may have taken a port that was just closed.
        let address = "127.0.0.1:1"
        let outcome = try await Program.run("bots", "--count", "2", "--to", address)
        #expect(outcome.status == 1)
        #expect(
            outcome.errors
                == "arena: no server answers at \(address); “arena serve” starts one\n")
    }

    @Test func aServerThatGoesAway() async throws {
        let server = try Program(["serve", "--host", "127.0.0.1", "--port", "0"])
        let address = await address(of: server)
        let bots = try Program(["bots", "--count", "2", "--to", address])
        // A bot whose handshake is not done yet would be reset.
        var joined = 0
        for await line in server.lines where line.hasSuffix(" joined") {
            joined += 1
            if joined == 2 { break }
        }
        server.send(SIGINT)
        let outcome = await bots.outcome()
        #expect(outcome.status == 1)
        #expect(
            outcome.errors == "arena: the server ended the game: the server is shutting down\n")
        #expect(await server.outcome().status == 0)
    }

    @Test func botsComeInByTheInviteOfAServerThatKeepsItsKey() async throws {
        let folder = try Folder()
        let options = ["--host", "127.0.0.1", "--port", "0", "--identity", folder.path("key.pem")]
        var keys: Set<String> = []
        for _ in 1...2 {
            let server = try Program(["serve", "--panda3d-port", "0"] + options)
            var lines = server.lines.makeAsyncIterator()
            let first = try #require(await lines.next())
            let invite = try #require(first.split(separator: " ").last.map(String.init))
            #expect(
                first.contains(
                    ", encrypted; join with: Samples/run arena play --invite parley:127.0.0.1:"))
            let plain = try #require(await lines.next())
            #expect(plain.hasPrefix("Panda3D programs join at 127.0.0.1:"))
            #expect(plain.hasSuffix(", not encrypted: only programs of this machine reach it"))
            let bots = try Program(["bots", "--count", "2", "--invite", invite])
            while let line = await lines.next() { if line.hasSuffix(" joined") { break } }
            bots.send(SIGINT)
            #expect(await bots.outcome().status == 0)
            server.send(SIGINT)
            #expect(await server.outcome().status == 0)
            keys.insert(String(try #require(invite.split(separator: "#").last)))
        }
        #expect(keys.count == 1)
    }

    @Test func aPrivateServerIsForInvitedPlayers() async throws {
        let server = try Program(["serve", "--port", "0", "--private", "--bots", "1"])
        var lines = server.lines.makeAsyncIterator()
        let first = try #require(await lines.next())
        let invite = try #require(first.split(separator: " ").last.map(String.init))
        let key = try #require(invite.split(separator: "#").last)
        #expect(key.split(separator: ".").map(\.count) == [26, 26])
        // Neither the address nor the key ends with a full stop.
        let open = String(invite.dropLast(27))
        let uninvited = try await Program.run("bots", "--count", "1", "--invite", open)
        #expect(uninvited.status == 1)
        #expect(
            uninvited.errors == "arena: the server refused: this server is for invited players: "
                + "the invite's secret is missing\n")
        let bots = try Program(["bots", "--count", "2", "--invite", invite])
        var joined = 0
        while joined < 3, let line = await lines.next() {
            if line.hasSuffix(" joined") { joined += 1 }
        }
        bots.send(SIGINT)
        #expect(await bots.outcome().status == 0)
        server.send(SIGINT)
        #expect(await server.outcome().status == 0)
    }

    @Test func anInviteToAnotherServer() async throws {
        let server = try Program(["serve", "--port", "0"])
        let address = await address(of: server)
        let key = String(repeating: "a", count: 25) + "4"
        let bots = try Program(["bots", "--count", "1", "--invite", "parley:\(address)#\(key)"])
        let outcome = await bots.outcome()
        #expect(outcome.status == 1)
        #expect(outcome.errors.hasPrefix("arena: the server is not verified: the server's key is "))
        #expect(outcome.errors.contains("not \(key)"))
        server.send(SIGINT)
        let served = await server.outcome()
        #expect(served.status == 0 && !served.output.contains("joined"))
    }

    @Test func aMistypedInvite() async throws {
        let outcome = try await Program.run("bots", "--invite", "parley:localhost#abc")
        #expect(outcome.status == 64)
        #expect(
            outcome.errors.hasPrefix("arena: --invite needs a whole invite, parley:HOST:PORT#KEY"))
    }

    @Test func aLinkOfNoSuchName() async throws {
        let outcome = try await Program.run("bots", "--network", "5g")
        #expect(outcome.status == 64)
        #expect(
            outcome.errors == """
                arena: --network needs one of perfect, lan, wifi, 4g, 3g, transatlantic, awful, \
                not “5g”

                """)
    }

    @Test func botsOnAWorseLink() async throws {
        let server = try Program(["serve", "--host", "127.0.0.1", "--port", "0"])
        let address = await address(of: server)
        let bots = try Program(["bots", "--count", "2", "--to", address, "--network", "4g"])
        var lines = bots.lines.makeAsyncIterator()
        #expect(await lines.next()?.contains("2 bots play on \(address) over 4g") == true)
        // "round trips 81.2 ms to …": 35 ms there, 35 ms back, and what comes on top.
        let best = try #require(await lines.next()).split(separator: " ")[2]
        #expect(try #require(Double(best)) >= 70)
        bots.send(SIGINT)
        server.send(SIGINT)
        #expect(await server.outcome().status == 0)
        #expect(await bots.outcome().status == 0)
    }

    /// The address in the first line of the server.
    private func address(of server: Program) async -> String {
        for await line in server.lines {
            let address = line.split(separator: " ").dropFirst(2).first ?? ""
            return address.trimmingCharacters(in: .punctuationCharacters)
        }
        return ""
    }

    @Test func aSimulatedArenaIsTheSameInAnotherProcess() async throws {
        let arguments = [
            "simulate", "--seed", "5", "--minutes", "0.1", "--bots", "3", "--runs", "2",
        ]
        let (first, second) = (try Program(arguments), try Program(arguments))
        let outcomes = await (first.outcome(), second.outcome())
        #expect(outcomes.0.status == 0, "\(outcomes.0.output) \(outcomes.0.errors)")
        let hashes = [outcomes.0, outcomes.1].map { outcome in
            outcome.output.split(separator: "\n").filter { $0.contains("trace hash") }
        }
        #expect(hashes[0].count == 2)
        #expect(hashes[0] == hashes[1])
        #expect(hashes[0].first?.hasPrefix("seed 5: ") == true)
    }

    @Test(arguments: [SIGINT, SIGTERM]) func signalsEndASimulation(signal: Int32) async throws {
        let simulation = try Program([
            "simulate", "--minutes", "0.02", "--bots", "1", "--runs", "100000",
        ])
        for await line in simulation.lines where line.contains("trace hash") { break }
        simulation.send(signal)
        #expect(await simulation.outcome().status == signal)
    }

    /// The report comes after minutes, so lines about the progress come before.
    @Test func aSimulationSaysHowFarItIs() async throws {
        let outcome = try await Program.run(
            "simulate", "--seed", "5", "--minutes", "0.4", "--bots", "2", "--faults", "none")
        #expect(outcome.status == 0, "\(outcome.output)")
        let lines = outcome.errors.split(separator: "\n")
        #expect(
            lines.first
                == "seed 5: --minutes 0.4 --bots 2 --npcs 4 --tick-rate 60 --network 4g --faults none"
        )
        #expect(
            lines.dropFirst().map { $0.prefix { $0 != "," } } == [
                "  10 of 24 virtual seconds", "  20 of 24 virtual seconds",
                "  24 of 24 virtual seconds",
                "  no more faults: waiting until every client agrees with the server",
            ])
    }

    @Test(arguments: [
        ["--faults", "many"], ["--network", "smoke"], ["--minutes", "0"], ["--minutes", "long"],
    ])
    func aMistypedSimulation(arguments: [String]) async throws {
        let outcome = try await Program(["simulate"] + arguments).outcome()
        #expect(outcome.status == 64)
        #expect(outcome.errors.hasPrefix("arena: \(arguments[0]) needs "))
        #expect(outcome.errors.contains("“\(arguments[1])”"))
    }

    @Test func aTraceIsReadable() async throws {
        let outcome = try await Program.run(
            "simulate", "--minutes", "0.02", "--bots", "1", "--trace", "-")
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(outcome.output.contains(" UDP bot 1:"))
        #expect(outcome.output.contains(" TCP server:"))
        #expect(outcome.output.contains(" nothing goes wrong any more\n"))
    }

    @Test func playingNeedsATerminal() async throws {
        let outcome = try await Program.run("play")
        #expect(outcome.status == 1)
        #expect(outcome.errors.contains("play needs a terminal"))
    }
}
