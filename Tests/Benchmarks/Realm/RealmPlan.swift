import CBenchmarkBaseline
import Foundation
import Parley
import ParleyZones
import RealmGame

/// A realm on this machine, as the numbers of its roles describe it: zones in a row from the west to the east, or four in a
/// square.
struct RealmPlan {
    let realm: RealmConfiguration
    /// The keys that the processes of the realm share.
    let keys: RealmKeys

    /// How many ports a realm of so many zones has.
    static func portCount(zones: Int, worlds: Int = 1) -> Int { 2 * worlds + 2 * zones }

    /// - Parameter arguments: `port` is the first world server's for players, and the others follow it; `worlds` is how many
    ///   world servers there are, one if it is not given, `zones` how many zones; `square` is 1 for four of them
    ///   around a point; `absence`, `checkpoints` and `lease` are nanoseconds.
    init(_ arguments: RoleArguments) throws {
        let (port, count) = (arguments["port"], arguments["zones"])
        let zones = arguments["square"] == 1 ? Self.square : Self.row(of: count)
        let game = arguments["throng"] == 1 ? Throng.name : RealmRules.name
        var realm = RealmConfiguration(game: game, map: try ZoneMap(zones))
        func place(_ number: Int) -> ServerPlace {
            ServerPlace(
                host: "127.0.0.1", serverPort: UInt16(port + 2 * number + 1),
                playerPort: UInt16(port + 2 * number))
        }
        let worlds = max(1, arguments["worlds"])
        realm.worlds = (0..<worlds).map(place)
        for number in 0..<count { realm.zones["zone-\(number)"] = place(worlds + number) }
        realm.settings.capacity = 2_048
        if arguments["absence"] > 0 {
            realm.settings.absence = .nanoseconds(arguments["absence"])
        }
        if arguments["checkpoints"] > 0 {
            realm.settings.checkpointInterval = .nanoseconds(arguments["checkpoints"])
        }
        if arguments["lease"] > 0 { realm.lease = .nanoseconds(arguments["lease"]) }
        self.realm = realm
        keys = try RealmKeys(keptIn: Self.folder(port).appending(path: "keys").path)
    }

    private static func row(of count: Int) -> [MapZone] {
        let width = RealmRules.side / Double(count)
        return (0..<count).map { number in
            let west = Double(number) * width
            return MapZone("zone-\(number)", .box([west, 0], [west + width, RealmRules.side]))
        }
    }

    /// Four zones: the south-west, the south-east, the north-west and the north-east.
    private static var square: [MapZone] {
        let half = RealmRules.side / 2
        return (0..<4).map { number in
            let corner = SIMD2(Double(number % 2), Double(number / 2)) * half
            return MapZone("zone-\(number)", .box(corner, corner + half))
        }
    }

    /// Where the processes of a realm meet.
    static func folder(_ port: Int) -> URL {
        FileManager.default.temporaryDirectory.appending(path: "parley-bench-realm-\(port)")
    }

    /// Runs `body` with the first port of a realm, whose folder is there until it returns.
    static func withPorts<Result>(
        zones: Int, worlds: Int = 1, _ body: (Int) throws -> Result
    ) throws -> Result {
        let ports = portCount(zones: zones, worlds: worlds)
        for _ in 0..<100 {
            // Below those that the kernel gives to connections.
            let first = Int.random(in: 20_000..<30_000)
            guard (first..<first + ports).allSatisfy(isFree) else { continue }
            let folder = folder(first)
            try FileManager.default.createDirectory(
                at: folder, withIntermediateDirectories: true)
            defer { try? FileManager.default.removeItem(at: folder) }
            return try body(first)
        }
        throw ChildFailure("no free ports for a realm")
    }

    private static func isFree(_ port: Int) -> Bool {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = UInt16(port).bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        return withUnsafePointer(to: address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
    }
}
