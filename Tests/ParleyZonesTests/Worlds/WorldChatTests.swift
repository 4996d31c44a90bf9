import ParleyDatagrams
import ParleyHandoff
import ParleySimulation
import ParleySockets
import ParleyWorld
import ParleyZones
import Synchronization
import TestGames
import Testing

/// What players of different world servers say to each other, and sessions that are replaced from one to the other.
@Suite struct WorldChatTests {
    /// What a player has heard, as "ann: hi".
    private final class Ear: Sendable {
        private let lines = Mutex<[String]>([])

        var heard: [String] { lines.withLock { $0 } }

        func listen(to client: RealmClient<Meadow>) async {
            for await line in client.chat {
                let text = "\(line.reach) \(line.name): \(line.text)"
                lines.withLock { $0.append(text) }
            }
        }
    }

    /// Ann at the first server and Bob at the second, both in the west.
    private static func meet<Result: Sendable>(
        seed: UInt64,
        _ body:
            @escaping @Sendable (
                TestRealm, (RealmClient<Meadow>, Ear), (RealmClient<Meadow>, Ear)
            ) async throws -> Result
    ) throws -> Result {
        try TestRealm.run(seed: seed, worlds: 2) { realm in
            try await realm.play(as: "ann") { ann in
                try await realm.play(as: "bob", first: 1) { bob in
                    try await withThrowingTaskGroup(of: Result?.self) { group in
                        let ears = (Ear(), Ear())
                        for (client, ear) in [(ann, ears.0), (bob, ears.1)] {
                            group.addTask {
                                await ear.listen(to: client)
                                return nil
                            }
                        }
                        group.addTask {
                            try await realm.wait(for: ann, in: "west")
                            try await realm.wait(for: bob, in: "west")
                            // A client hears nothing from afar at first.
                            try await realm.simulation.clock.sleep(for: .seconds(6))
                            return try await body(realm, (ann, ears.0), (bob, ears.1))
                        }
                        defer { group.cancelAll() }
                        while let result = try await group.next() {
                            if let result { return result }
                        }
                        throw CancellationError()
                    }
                }
            }
        }
    }

    @Test(arguments: [1, 2, 3] as [UInt64])
    func wordsReachThePlayersOfTheOtherServerOnce(seed: UInt64) throws {
        let (ann, bob) = try Self.meet(seed: seed) { realm, ann, bob in
            let clock = realm.simulation.clock
            ann.0.say("to all", to: .realm)
            ann.0.say("to the west", to: .zone)
            ann.0.whisper(to: "Bob", "psst")
            try await clock.sleep(for: .seconds(3))
            bob.0.whisper(to: "ann", "yes?")
            // Bob crosses: the servers hear of it, though he asks none of them.
            bob.0.command = Meadow.Command(x: 127, y: 0)
            try await realm.wait(for: bob.0, in: "east")
            bob.0.command = Meadow.Command(x: 0, y: 0)
            try await clock.sleep(for: .seconds(1))
            ann.0.say("only in the west", to: .zone)
            bob.0.say("only in the east", to: .zone)
            bob.0.say("back to all", to: .realm)
            try await clock.sleep(for: .seconds(3))
            return (ann.1.heard, bob.1.heard)
        }
        let first = [
            "all(realm) ann: to all", "all(zone) ann: to the west", "whisper bob: yes?",
        ]
        #expect(Array(ann.prefix(3)) == first.map(Self.line))
        // Of two who speak at once, at two servers, either may be heard first.
        let last = ["all(realm) bob: back to all", "all(zone) ann: only in the west"]
        #expect(ann.dropFirst(3).sorted() == last.map(Self.line).sorted())
        #expect(
            bob
                == [
                    "all(realm) ann: to all", "all(zone) ann: to the west", "whisper ann: psst",
                    "all(zone) bob: only in the east", "all(realm) bob: back to all",
                ].map(Self.line))
    }

    /// A line as the enumeration's description has it.
    private static func line(_ text: String) -> String {
        text.replacing("all(realm)", with: "\(ChatLine.Reach.all(.realm))")
            .replacing("all(zone)", with: "\(ChatLine.Reach.all(.zone))")
    }

    @Test func aWhisperToNobodyIsRefused() throws {
        let heard = try Self.meet(seed: 1) { realm, ann, _ in
            ann.0.whisper(to: "carl", "psst")
            ann.0.whisper(to: "not a name", "psst")
            try await realm.wait { ann.1.heard.count == 2 }
            return ann.1.heard
        }
        #expect(heard == ["server : nobody has that name", "server : that player is not here"])
    }

    /// The hearer is sought at a server that is gone, and the speaker is told.
    @Test func aWhisperToALostServerIsRefused() throws {
        let (ann, bob) = try Self.meet(seed: 1) { realm, ann, bob in
            realm.cut(true, "world", "world-1")
            ann.0.whisper(to: "bob", "psst")
            try await realm.wait { ann.1.heard.count == 1 }
            realm.cut(false, "world", "world-1")
            try await realm.simulation.clock.sleep(for: .seconds(10))
            return (ann.1.heard, bob.1.heard)
        }
        #expect(ann == ["server : that player is not here"])
        #expect(bob == [])
    }

    // MARK: Sessions

    /// The older session is told by its own world server, also if no zone has a connection of it.
    @Test(arguments: [1, 2, 3] as [UInt64])
    func aLoginAtAnotherServerReplacesTheSession(seed: UInt64) throws {
        let ending = try TestRealm.run(seed: seed, worlds: 2) { realm in
            try await realm.wait { realm.zone("west")?.isFrozen == false }
            try await realm.simulation.clock.sleep(for: .seconds(2))
            let first = try await Self.logIn(at: "world", from: "phone", in: realm)
            let second = try await Self.logIn(at: "world-1", from: "laptop", in: realm)
            defer { withExtendedLifetime(second) {} }
            for await datagram in first.datagrams {
                if case .ended(let end) = try datagram.decoded() as RealmReply { return end }
            }
            return RealmSessionEnd.unknown
        }
        #expect(ending == .replaced)
    }

    /// The player's program is told, and the new one plays where the old one did.
    @Test(arguments: [1, 2, 3] as [UInt64])
    func aPlayerMayGoOnAtAnotherServer(seed: UInt64) throws {
        let error = try TestRealm.run(seed: seed, worlds: 2) { realm in
            let first = realm.client("ann")
            return await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await first.run() }
                do {
                    try await realm.wait(for: first, in: "west")
                    let second = realm.client("ann", on: "laptop", first: 1)
                    group.addTask { try await second.run() }
                    try await realm.wait(for: second, in: "west")
                    while try await group.next() != nil {}
                } catch {
                    group.cancelAll()
                    return error as? RealmClientError
                }
                return nil
            }
        }
        #expect(error == .replaced)
    }

    private static func logIn(
        at world: String, from host: String, in realm: TestRealm
    ) async throws -> Connection {
        let connection = try await ConnectionManager(network: realm.simulation.host(host)).connect(
            to: world, port: TestRealm.playerPort, security: .automatic)
        try await connection.send(
            Datagram(encoding: RealmRequest.logIn(game: Meadow.name, name: "ann", password: "")))
        return connection
    }
}
