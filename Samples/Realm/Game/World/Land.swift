package import Parley
import ParleyStore
package import ParleyZones

/// The world of one zone: those who walk in it, and the coins that lie there.
package actor Land: ZoneWorld {
    package typealias Game = ZoneGame<RealmRules>

    package nonisolated let timeline = WorldTimeline()
    package nonisolated let zone: Zone<RealmRules>
    package nonisolated let interest: InterestGrid.Configuration
    private var walkers = EntityTable(RealmRules.bodies, of: RealmRules.schema)
    private var bodies: [CharacterID: EntityHandle] = [:]
    private var coins: Coins

    package init(_ zone: Zone<RealmRules>) {
        self.zone = zone
        var interest = InterestGrid.Configuration()
        // A zone is small: everybody in it sees everybody.
        interest.radius = 2 * RealmRules.side
        self.interest = interest
        coins = Coins(
            from: zone.area.minimum, to: zone.area.maximum,
            seed: UInt64(zone.area.minimum.x + RealmRules.side * zone.area.minimum.y))
    }

    /// The land is full. The character leaves the realm, and its state is kept.
    struct Full: Error {}

    // MARK: Coming and going

    package func arrive(_ character: CharacterID, _ arrival: Arrival<Pilgrim>) throws {
        var walker = Walker()
        walker.character = number(of: character)
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

    package func replicate(into snapshot: inout WorldSnapshot) {
        snapshot.add(walkers)
        snapshot.add(coins.table)
    }

    // MARK: What players do

    package func step(_ step: TickStep, commands: [CharacterCommand<RealmRules.Command>]) {
        for command in commands {
            guard let body = bodies[command.character], var walker = walkers[body] else { continue }
            RealmRules.step(&walker, by: command.command, in: RealmRules.side, during: step)
            pickUp(at: walker.position, command.character)
            // The store knows what everybody has, and the zone what the store has said.
            if let possessions = zone.possessions(of: command.character) {
                walker.coins = UInt16(clamping: possessions.amount(of: .coins))
            }
            walkers[body] = walker
        }
    }

    /// A coin on the way becomes money. One that the store cannot take now stays where it is.
    private func pickUp(at place: SIMD2<Double>, _ character: CharacterID) {
        guard let coin = coins.coin(near: place),
            (try? zone.deal(.issue(.coins, 1, to: character))) != nil
        else { return }
        coins.take(coin)
    }

    package func receive(_ request: RealmRules.Request, from character: CharacterID) {
        switch request {
        case .wave: wave(character)
        case .give: give(character)
        }
    }

    private func wave(_ character: CharacterID) {
        guard let body = bodies[character], let walker = walkers[body] else { return }
        let count = walker.waves &+ 1
        walkers[body]?.waves = count
        let notice = RealmRules.Notice.wave(walker.character, count: count)
        for other in neighbours(of: character) + [character] { zone.notify(other, notice) }
    }

    /// Gives a coin to the nearest other walker. What became of it is told by `finished`.
    private func give(_ character: CharacterID) {
        guard let receiver = neighbours(of: character).first else { return }
        let note = try? Datagram(encoding: Gift(from: character, to: receiver))
        _ = try? zone.deal(
            .pay(.coins, 1, from: character, to: receiver), note: note ?? Datagram())
    }

    package func finished(_ deal: FinishedDeal, for character: CharacterID) {
        // What lay on the ground has no note.
        var note = deal.note.reader
        guard let gift: Gift = try? note.read() else { return }
        if deal.isApplied {
            zone.notify(
                character, .gift(from: number(of: gift.giver), to: number(of: gift.receiver)))
        } else if case .notEnough = deal.result, character == gift.giver {
            zone.notify(character, .poor)
        }
    }

    /// The other characters within reach, the nearest first.
    private func neighbours(of character: CharacterID) -> [CharacterID] {
        guard let here = walker(of: character)?.position else { return [] }
        var found: [(character: CharacterID, distance: Double)] = []
        for (other, body) in bodies where other != character {
            guard let place = walkers[body]?.position else { continue }
            let distance = ((place - here) * (place - here)).sum().squareRoot()
            if distance <= RealmRules.reach { found.append((other, distance)) }
        }
        return found.sorted { ($0.distance, $0.character) < ($1.distance, $1.character) }
            .map(\.character)
    }

    /// The number by which clients know a character.
    private func number(of character: CharacterID) -> UInt32 {
        UInt32(truncatingIfNeeded: character.rawValue)
    }

    private func walker(of character: CharacterID) -> Walker? {
        bodies[character].flatMap { walkers[$0] }
    }

    /// The walkers, by their characters.
    package var population: [CharacterID: Walker] { bodies.compactMapValues { walkers[$0] } }
}
