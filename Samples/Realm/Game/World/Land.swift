package import Parley
package import ParleyZones

/// The world of one zone: those who walk in it.
package actor Land: ZoneWorld {
    package typealias Game = ZoneGame<RealmRules>

    package nonisolated let timeline = WorldTimeline()
    package nonisolated let zone: Zone<RealmRules>
    package nonisolated let interest: InterestGrid.Configuration
    private var walkers = EntityTable(RealmRules.bodies, of: RealmRules.schema)
    private var bodies: [CharacterID: EntityHandle] = [:]

    package init(_ zone: Zone<RealmRules>) {
        self.zone = zone
        var interest = InterestGrid.Configuration()
        // A zone is small: everybody in it sees everybody.
        interest.radius = 2 * RealmRules.side
        self.interest = interest
    }

    /// The land is full. The character leaves the realm, and its state is kept.
    struct Full: Error {}

    // MARK: Coming and going

    package func arrive(_ character: CharacterID, _ arrival: Arrival<Pilgrim>) throws {
        var walker = Walker()
        walker.character = UInt32(truncatingIfNeeded: character.rawValue)
        if let pilgrim = arrival.state {
            (walker.position, walker.velocity) = (pilgrim.position, pilgrim.velocity)
            walker.waves = pilgrim.waves
        } else {
            walker.position = Self.birthplace(of: character)
        }
        guard let body = walkers.spawn(walker) else { throw Full() }
        bodies[character] = body
    }

    package func depart(_ character: CharacterID) {
        if let body = bodies.removeValue(forKey: character) { walkers.despawn(body) }
    }

    package func traveller(_ character: CharacterID) -> Pilgrim {
        Pilgrim(walker(of: character) ?? Walker())
    }

    /// In the town, each at a place of its own.
    private static func birthplace(of character: CharacterID) -> SIMD2<Double> {
        let number = Double(character.rawValue % 100)
        return SIMD2(20 + (number * 37).truncatingRemainder(dividingBy: 60), 20 + number * 0.6)
    }

    // MARK: What the zone's server asks

    package func place(of character: CharacterID) -> SIMD2<Double>? {
        walker(of: character)?.position
    }

    package func body(of character: CharacterID) -> EntityHandle? { bodies[character] }

    package func replicate(into snapshot: inout WorldSnapshot) { snapshot.add(walkers) }

    // MARK: What players do

    package func step(_ step: TickStep, commands: [CharacterCommand<RealmRules.Command>]) {
        for command in commands {
            guard let body = bodies[command.character], var walker = walkers[body] else { continue }
            RealmRules.advance(
                &walker, by: command.command, in: RealmRules.side, during: step)
            walkers[body] = walker
        }
    }

    package func receive(_ request: RealmRules.Request, from character: CharacterID) {
        guard let body = bodies[character], var walker = walkers[body] else { return }
        walker.waves &+= 1
        walkers[body] = walker
        let notice = RealmRules.Notice(character: walker.character, count: walker.waves)
        for (other, body) in bodies {
            guard let place = walkers[body]?.position else { continue }
            let way = place - walker.position
            let reach = RealmRules.waveReach
            if (way * way).sum() <= reach * reach { zone.notify(other, notice) }
        }
    }

    private func walker(of character: CharacterID) -> Walker? {
        bodies[character].flatMap { walkers[$0] }
    }

    /// The walkers, by their characters.
    package var population: [CharacterID: Walker] { bodies.compactMapValues { walkers[$0] } }
}
