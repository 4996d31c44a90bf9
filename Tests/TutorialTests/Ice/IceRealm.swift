import Parley
import ParleyZones

/// What a skater takes along, and what the store keeps of it.
struct SkaterState: Traveller, DatagramCodable, Codable {
    static let version: UInt16 = 1
    var skater = Skater(), coins = 0

    init() {}
    init(from reader: inout DatagramReader, version: UInt16) throws(DatagramError) {
        self = try reader.read()
    }
}

/// The part of the rink that one zone simulates.
actor IceZone: ZoneWorld {
    typealias Game = ZoneGame<Ice>

    let timeline = WorldTimeline()
    let zone: Zone<Ice>
    private var skaters = EntityTable(Ice.cast.skaters, of: Ice.schema)
    private var coins = EntityTable(Ice.cast.coins, of: Ice.schema)
    private var bodies: [CharacterID: EntityHandle] = [:]
    private var states: [CharacterID: SkaterState] = [:]

    init(_ zone: Zone<Ice>) {
        self.zone = zone
        _ = coins.spawn(Coin(position: (zone.area.minimum + zone.area.maximum) / 2))
    }

    func arrive(_ character: CharacterID, _ arrival: Arrival<SkaterState>) {
        states[character] = arrival.state ?? SkaterState()
        bodies[character] = skaters.spawn(traveller(character).skater)
    }

    func depart(_ character: CharacterID) {
        if let body = bodies.removeValue(forKey: character) { skaters.despawn(body) }
        states[character] = nil
    }

    func traveller(_ character: CharacterID) -> SkaterState { states[character] ?? SkaterState() }
    func place(of character: CharacterID) -> SIMD2<Double>? { states[character]?.skater.position }
    func body(of character: CharacterID) -> EntityHandle? { bodies[character] }

    func step(_ step: TickStep, commands: [CharacterCommand<Ice.Command>]) {
        for command in commands {
            guard let body = bodies[command.character], var skater = skaters[body] else { continue }
            Ice.step(&skater, by: command.command, in: Ice.rink, during: step)
            skaters[body] = skater
            states[command.character]?.skater = skater
            for (coin, state) in coins.all where (state.position - skater.position).length < 1 {
                coins.despawn(coin)
                states[command.character]?.coins += 1
            }
        }
    }

    func replicate(into snapshot: inout WorldSnapshot) {
        snapshot.add(skaters)
        snapshot.add(coins)
    }
}

/// The rink's three zones. Skaters begin in the first one.
func iceRealm(on host: String) throws -> RealmConfiguration {
    let zones = [
        MapZone("middle", .box([13, 0], [27, 40])), MapZone("west", .box([0, 0], [13, 40])),
        MapZone("east", .box([27, 0], [40, 40])),
    ]
    var realm = RealmConfiguration(game: Ice.name, map: try ZoneMap(zones))
    realm.worlds = [ServerPlace(host: host, serverPort: 9201, playerPort: 9200)]
    for (number, zone) in zones.enumerated() {
        realm.zones[zone.name] = ServerPlace(host: host, serverPort: 9202 + UInt16(number))
    }
    return realm
}
