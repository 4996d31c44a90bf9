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

    /// The world server has two ports, and each zone: for players, and for the realm's other servers.
    package static let portCount = 2 + 2 * zones.count

    /// The realm on this machine, with ports from `port` on.
    ///
    /// - Throws: `ZoneMapError`.
    package static func realm(from port: UInt16) throws(ZoneMapError) -> RealmConfiguration {
        var realm = RealmConfiguration(game: RealmRules.name, map: try ZoneMap(zones))
        func place(_ number: Int) -> ServerPlace {
            let first = port + UInt16(2 * number)
            return ServerPlace(host: "127.0.0.1", serverPort: first + 1, playerPort: first)
        }
        realm.worlds = [place(0)]
        for (number, zone) in zones.enumerated() { realm.zones[zone.name] = place(number + 1) }
        return realm
    }
}
