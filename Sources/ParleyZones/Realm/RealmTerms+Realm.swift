import ParleyProtocol

extension RealmTerms {
    /// The terms of a server that has this configuration and these keys.
    package init(_ realm: RealmConfiguration, keys: RealmKeys) {
        var hash = StableHash()
        hash.combine(realm.game)
        for name in realm.map.names {
            guard let area = realm.map.area(of: name) else { continue }
            hash.combine("\n\(name)")
            for corner in [area.minimum.x, area.minimum.y, area.maximum.x, area.maximum.y] {
                hash.combine(corner.bitPattern)
            }
        }
        self.init(lease: realm.timings.lease, map: hash.value, keys: keys.all)
    }
}
