import Foundation
import Parley
import ParleyStore
import ParleyZones

/// A realm of two zones in one process: a world server, two zone servers, and a player who walks from the one into the other.
@main
enum HelloRealm {
    static func main() async {
        do {
            try await TerminationSignals.run {
                try await run(
                    from: CommandLine.arguments.dropFirst().first.flatMap(UInt16.init) ?? 9200)
            }
        } catch {
            FileHandle.standardError.write(Data("\(error)\n".utf8))
            exit(1)
        }
    }

    /// The same value in all servers of a realm, on however many machines they are.
    static func realm(from port: UInt16) throws -> RealmConfiguration {
        var realm = RealmConfiguration(
            game: Walk.name,
            map: try ZoneMap([
                MapZone("west", .box([0, 0], [50, 100])),
                MapZone("east", .box([50, 0], [100, 100])),
            ]))
        func place(_ port: UInt16) -> ServerPlace {
            ServerPlace(host: "127.0.0.1", serverPort: port + 1, playerPort: port)
        }
        realm.worlds = [place(port)]
        realm.zones = ["west": place(port + 2), "east": place(port + 4)]
        return realm
    }

    static func run(from port: UInt16) async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "hello-\(UUID())")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let realm = try realm(from: port)
        let keys = try RealmKeys(keptIn: folder.appending(path: "realm.keys").path)
        let store = try await SQLiteStore(path: folder.appending(path: "realm.db").path)
        let world = WorldServer(realm, store: store, logins: .names, keys: keys, host: "127.0.0.1")
        let zones = try realm.map.names.map { name in
            try ZoneServer(name, of: realm, keys: keys) { WalkZone($0) }
        }
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await world.run() }
            for zone in zones { group.addTask { try await zone.run() } }
            group.addTask { try await walk(port) }
            // The walk ends, or a server with an error.
            try await group.next()
            group.cancelAll()
        }
        await store.close()
    }

    static func walk(_ port: UInt16) async throws {
        let client = RealmClient<Walk>(at: "127.0.0.1", port: port, as: .name("ann"))
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await client.run() }
            defer { group.cancelAll() }
            client.command = Walk.Command(east: 1, north: 0)
            var zone: ZoneName?
            for await frame in client.frames {
                guard let me = frame.me else { continue }
                if zone != frame.zone {
                    zone = frame.zone
                    print("in \(frame.zone), at x = \(Int(me.position.x))")
                }
                if me.position.x > 60 { return }
            }
            // Frames end with the client, and this says why.
            try await group.waitForAll()
        }
    }
}
