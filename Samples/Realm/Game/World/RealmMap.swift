package import ParleyZones

/// The realm's plane: a town, and three lands around it.
package enum RealmMap {
    /// The zones, of 100 × 100 metres each. New characters begin in the town.
    package static let zones = [
        MapZone("town", .box([0, 0], [100, 100])),
        MapZone("north", .box([0, 100], [100, 200])),
        MapZone("east", .box([100, 0], [200, 100])),
        MapZone("wilds", .box([100, 100], [200, 200])),
    ]

    /// The port of the first server; the others follow it.
    package static let defaultPort: UInt16 = 9_200

    /// How many world servers there may be.
    package static let mostWorlds = 4

    /// Each server has two ports: for players, and for the realm's other servers.
    package static func portCount(worlds: Int = 1) -> Int { 2 * (zones.count + worlds) }

    /// A server's place among the realm's ports: the first world server, the zones, the other world servers. So the number of
    /// world servers moves no zone.
    package static func position(ofWorld number: Int) -> Int {
        number == 0 ? 0 : zones.count + number
    }

    /// A zone's place among the realm's ports.
    package static func position(ofZone name: String) -> Int? {
        zones.firstIndex { $0.name == name }.map { $0 + 1 }
    }

    /// What a world server is called where a person reads it.
    package static func name(ofWorld number: Int) -> String {
        number == 0 ? "world" : "world-\(number)"
    }

    /// The realm on this machine, with ports from `port` on.
    ///
    /// - Parameter worlds: How many world servers it has.
    /// - Throws: `ZoneMapError`.
    package static func realm(
        from port: UInt16, worlds: Int = 1
    ) throws(ZoneMapError) -> RealmConfiguration {
        var realm = RealmConfiguration(game: RealmRules.name, map: try ZoneMap(zones))
        func place(_ position: Int) -> ServerPlace {
            let first = port + UInt16(2 * position)
            return ServerPlace(host: "127.0.0.1", serverPort: first + 1, playerPort: first)
        }
        realm.worlds = (0..<worlds).map { place(position(ofWorld: $0)) }
        for (number, zone) in zones.enumerated() { realm.zones[zone.name] = place(number + 1) }
        return realm
    }
}
