import Foundation
import Parley
import ParleyStore
import ParleyZones
import RealmGame
import Testing

/// A Panda3D program in a realm of zones: `Samples/PandaRealm`.
///
/// Five servers that heartbeat play in real time in this process. Beside other suites on a busy machine they stand still for
/// seconds, so their leases are long.
@Suite(.needsPanda, .timeLimit(.minutes(5)))
struct PandaRealmTests {
    /// A line that `panda_realm.py` prints.
    private struct Event: Decodable {
        let event: String
        let zone: String?
        let zones: [String]?
        let x: Double?
        let y: Double?
        let character: UInt32?
    }

    /// It logs in at the world server, takes its ticket to the town, walks over the border to the east and plays on there.
    @Test func walksOverABorder() async throws {
        let (events, code, complaints) = try await withRealm { port in
            try await visit(port, ["--walk", "east", "--borders", "1"])
        }
        #expect(code == 0, "\(complaints)")
        // Where it stood says why it did not come further.
        #expect(events.compactMap(\.zone) == ["town", "east"], "\(events) \(complaints)")
        let first = try #require(events.first?.x)
        let end = try #require(events.last)
        #expect(first < 100)
        #expect(end.zones == ["town", "east"])
        // It walked on for a second behind the border, at 10 metres a second.
        #expect(try #require(end.x) > 103)
        #expect(try #require(end.character) > 0)
    }

    /// The character that it has left behind the border is there again, with the place that the store has kept.
    @Test func comesBackWhereItLeft() async throws {
        let (first, second) = try await withRealm { port in
            (
                try await visit(port, ["--walk", "east"]),
                try await visit(port, ["--walk", "north"])
            )
        }
        #expect(first.1 == 0 && second.1 == 0, "\(first.2)\(second.2)")
        let (left, back) = (try #require(first.0.last), try #require(second.0.last))
        #expect(back.character == left.character)
        #expect(back.zones?.last == "east")
        // The last steps of the first visit came after its last report.
        let way = try #require(back.x) - (try #require(left.x))
        #expect((0..<5).contains(way))
    }

    @Test func isToldThatTheRealmEncrypts() async throws {
        let (events, code, complaints) = try await withRealm(security: .automatic) { port in
            try await visit(port, [])
        }
        #expect(code == 1)
        #expect(events.isEmpty)
        #expect(!complaints.isEmpty)
    }

    private func visit(
        _ port: UInt16, _ arguments: [String]
    ) async throws -> ([Event], Int32, String) {
        try await PandaPeer.run(
            "panda_realm.py", in: PandaPeer.root.appending(path: "Samples/PandaRealm"),
            ["--port", "\(port)", "--seconds", "200"] + arguments
        ) { client in
            (try await client.rest(Event.self), try await client.exitCode(), client.stderr)
        }
    }

    /// Runs a realm of this process while `body` does, without encryption.
    private func withRealm<Result: Sendable>(
        security: StreamSecurity.Server = .none,
        body: (_ port: UInt16) async throws -> Result
    ) async throws -> Result {
        let port = try await freePorts()
        let keys = RealmKeys()
        var realm = try RealmMap.realm(from: port)
        realm.lease = .seconds(300)
        let folder = FileManager.default.temporaryDirectory.appending(path: "realm-\(UUID())")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let store = try await SQLiteStore(path: folder.appending(path: "store.db").path)
        let world = WorldServer(
            realm, store: store, logins: .names, keys: keys, host: "127.0.0.1", security: security)
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await world.run() }
            var configuration = GameServerConfiguration(host: "127.0.0.1", security: security)
            configuration.waitForSlowPeers()
            for name in realm.map.names {
                let zone = try ZoneServer(
                    name, of: realm, keys: keys, configuration: configuration
                ) { Land($0) }
                group.addTask { try await zone.run() }
            }
            _ = try await world.ready()
            // Without the town a new character would begin elsewhere.
            while await world.status.zones.count(where: { $0.state == "ready" }) < realm.zones.count
            {
                try await Task.sleep(for: .milliseconds(20))
            }
            let result = try await body(port)
            group.cancelAll()
            while await group.nextResult() != nil {}
            return result
        }
    }

    /// The first of as many ports in a row as a realm needs, below those that the system gives away.
    private func freePorts() async throws -> UInt16 {
        while true {
            let first = UInt16.random(in: 20_000..<30_000)
            let manager = ConnectionManager()
            let isFree: Bool
            do {
                for offset in 0..<UInt16(RealmMap.portCount()) {
                    _ = try await manager.listen(host: "127.0.0.1", port: first + offset)
                }
                isFree = true
            } catch {
                isFree = false
            }
            await manager.shutdown(within: .seconds(1))
            if isFree { return first }
        }
    }
}
