import ArenaGame
import Parley
import Testing

/// The Panda3D client of the arena, and arenas that Parley runs.
@Suite(.needsPanda, .timeLimit(.minutes(5)))
struct PandaArenaTests {
    @Test func playsInARunningArena() async throws {
        let folder = try TemporaryFolder()
        defer { folder.remove() }
        let picture = folder.path("arena.png")
        let (visit, events) = try await withArena { server, port, plainPort in
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await playBot(on: port, as: "Bot", greeting: "Welcome") }
                await wait(for: "Bot", in: server.events)
                let visit = try await ArenaVisit.run(
                    plainPort,
                    [
                        "--name", "Panda", "--script", "walk", "--walked", "2",
                        "--chat", "Grüße", "--heard", "2", "--screenshot", picture,
                    ])
                let events = await next(2, in: server.events)
                group.cancelAll()
                return (visit, events)
            }
        }
        #expect(visit.exitCode == 0, "\(visit.complaints)")
        try checkJoiningAndLeaving(visit, events)
        checkChat(visit)
        try checkMovement(visit)
        let seen = try await Picture.look(at: picture)
        #expect(seen.width == 640 && seen.height == 360)
        #expect(seen.colors > 50)
        #expect(seen.commonest < 0.7)
    }

    private func wait(for name: String, in events: AsyncStream<ServerEvent>) async {
        for await event in events {
            if case .playerJoined(let player) = event, player.name == name { return }
        }
    }

    private func next(_ count: Int, in events: AsyncStream<ServerEvent>) async -> [ServerEvent] {
        var next: [ServerEvent] = []
        for await event in events {
            next.append(event)
            if next.count == count { break }
        }
        return next
    }

    /// The server saw it come and go, and it saw the map.
    private func checkJoiningAndLeaving(_ visit: ArenaVisit, _ events: [ServerEvent]) throws {
        let joined = try #require(visit.events.first)
        #expect(joined.event == "joined" && joined.name == "Panda")
        let id = try #require(joined.id)
        let panda = Player(id: PlayerID(rawValue: id), name: "Panda")
        #expect(events == [.playerJoined(panda), .playerLeft(panda, .left)])
        // After a door it gets the map of another area.
        #expect(visit.events.all("map").first?.side == ArenaMap.courtyard.side)
    }

    /// It heard itself and the other player.
    private func checkChat(_ visit: ArenaVisit) {
        let chat = visit.events.all("chat")
        #expect(chat.contains { $0.name == "Panda" && $0.text == "Grüße" })
        #expect(chat.contains { $0.name == "Bot" && $0.text == "Welcome, Panda" })
    }

    /// It walked, its commands were applied, and it saw a player and an NPC walk.
    private func checkMovement(_ visit: ArenaVisit) throws {
        let summary = try #require(visit.events.all("summary").first)
        let (commands, applied) = (summary.commands ?? 0, summary.acknowledged ?? 0)
        #expect(summary.snapshots ?? 0 > 1)
        #expect(applied > 0 && applied <= commands)
        #expect(summary.travelled ?? 0 > 1)
        // A push is a correction, but most predictions are right.
        #expect(try #require(summary.correction) < 0.25)
        let others = summary.others ?? []
        #expect(others.contains { $0.name == "Bot" && !$0.npc && $0.travelled > 1 })
        #expect(others.contains { $0.npc && $0.travelled > 1 })
    }

    @Test func severalPlayAtOnce() async throws {
        let visits = try await withArena { _, _, plainPort in
            try await withThrowingTaskGroup(of: ArenaVisit.self) { group in
                for number in 1...3 {
                    group.addTask {
                        try await ArenaVisit.run(
                            plainPort,
                            ["--name", "P\(number)", "--script", "walk", "--walked", "2"])
                    }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
        }
        for visit in visits {
            #expect(visit.exitCode == 0, "\(visit.complaints)")
            #expect(visit.events.all("summary").first?.travelled ?? 0 > 1)
        }
        #expect(Set(visits.compactMap { $0.events.first?.id }).count == 3)
    }

    @Test func isToldWhyItIsRefused() async throws {
        let visit = try await withArena(maximumPlayers: 1) { server, port, plainPort in
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await playBot(on: port, as: "First", greeting: "Hi") }
                await wait(for: "First", in: server.events)
                let visit = try await ArenaVisit.run(
                    plainPort, ["--name", "Late", "--seconds", "20"])
                group.cancelAll()
                return visit
            }
        }
        #expect(visit.exitCode == 1)
        #expect(visit.events.isEmpty)
        #expect(visit.complaints.contains("full"))
    }

    @Test func isToldThatTheServerStops() async throws {
        let arguments = ["--offscreen", "--report", "--seconds", "60", "--size", "64x36"]
        let server = GameServer(
            world: ArenaWorld(), configuration: .init(host: "127.0.0.1", security: .none))
        let (events, code) = try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await server.run() }
            let port = try await server.ready().tcp.port
            return try await PandaPeer.run(
                "panda_arena.py", in: PandaPeer.arena, arguments + ["--to", "127.0.0.1:\(port)"]
            ) { client in
                #expect(try await client.next(ArenaEvent.self).event == "joined")
                group.cancelAll()
                try await group.waitForAll()
                return (try await client.rest(ArenaEvent.self), try await client.exitCode())
            }
        }
        let goodbye = try #require(events.all("goodbye").first)
        #expect(goodbye.code == GoodbyeCode.serverStopping.rawValue)
        #expect(code == 1)
    }

    /// Runs the client against a server that answers its hello with `words` and then disconnects.
    private func visit(aServerThatSays words: Datagram) async throws -> ArenaVisit {
        try await ConnectionManager.run { manager in
            let listener = try await manager.listen(host: "127.0.0.1")
            async let visit = ArenaVisit.run(
                listener.localAddress.port, ["--name", "Panda", "--seconds", "60"])
            var connections = listener.connections.makeAsyncIterator()
            let connection = try #require(await connections.next())
            var datagrams = connection.datagrams.makeAsyncIterator()
            _ = await datagrams.next()
            try await connection.send(words)
            await connection.close()
            return try await visit
        }
    }

    @Test func noticesAServerThatIsGone() async throws {
        let welcome = try Datagram { datagram throws(DatagramError) in
            datagram.append(1 as UInt8)
            datagram.append(2 as UInt16)
            for number in [7, 8] as [UInt32] { datagram.append(number) }
            // Random bytes, no cipher, and the secret of a resume that nothing answers.
            datagram.appendPadding(32 + 1 + 16)
            for number in [9, 60, 20] as [UInt16] { datagram.append(number) }
            try datagram.append("Panda")
        }
        let visit = try await visit(aServerThatSays: welcome)
        #expect(visit.events.map(\.event) == ["joined", "gone", "summary"])
        #expect(visit.exitCode == 1)
    }

    @Test(arguments: [[], [9], [1, 1], [3, 1, 255, 255], [2, 1, 0, 0, 0, 0, 1, 0, 0xff]])
    func saysThatItCannotUnderstandTheServer(words: [UInt8]) async throws {
        let visit = try await visit(aServerThatSays: Datagram(bytes: words))
        #expect(visit.exitCode == 1)
        #expect(visit.complaints.contains("cannot be understood"))
    }

    @Test(arguments: [
        ["--to", "localhost:70000"], ["--to", "[::1"], ["--to", ":9099"], ["--seconds", "-1"],
        ["--name", " "], ["--size", "0x9"],
        ["--script", "fly"], ["--nonsense"], ["--pin", "short"],
        ["--invite", "parley:localhost:9099#aaaaaaaaaaaaaaaaaaaaaaaaaa"],
    ])
    func refusesOptionsThatMakeNoSense(options: [String]) async throws {
        let visit = try await ArenaVisit.run(9, options + ["--seconds", "1"])
        #expect(visit.exitCode == 2)
        #expect(visit.complaints.contains("usage:"))
    }

    @Test func saysThatThereIsNoServer() async throws {
        // The port of a UDP socket: nothing listens there over TCP.
        try await ConnectionManager.run { manager in
            let socket = try await manager.openUDP(host: "127.0.0.1")
            let visit = try await ArenaVisit.run(socket.localAddress.port, ["--seconds", "9"])
            #expect(visit.exitCode == 1)
            #expect(visit.complaints.contains("no server answers"))
        }
    }
}
