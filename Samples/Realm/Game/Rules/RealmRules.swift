package import Parley

/// The rules of walking on the realm's plane: one step, the same in every zone and on every client.
package enum RealmRules: GameRules {
    package typealias Snapshot = NoSnapshot

    package static let name = "realm"

    /// How far it is from one edge of the plane to the other, in metres.
    package static let side = 200.0
    /// Metres a second.
    package static let speed = 10.0
    /// How far a wave is seen, and how near somebody must be who is given a coin, in metres.
    package static let reach = 40.0

    package static let idle = Command(east: 0, north: 0)

    package static func surroundings(of world: borrowing SnapshotReceiver) -> Double { side }

    package static func advance(
        _ walker: inout Walker, by command: Command, in side: Double, during step: TickStep
    ) {
        walker.velocity = command.direction * speed
        walker.position += walker.velocity * step.seconds
        walker.position.clamp(lowerBound: .zero, upperBound: SIMD2(repeating: side))
    }

    private struct Cast {
        var schema = ReplicationSchema()
        let walkers: EntityType<Walker>
        let coins: EntityType<Coin>

        init() {
            walkers = schema.register(Walker.self, named: "walker")
            coins = schema.register(Coin.self, named: "coin")
        }
    }

    private static let cast = Cast()
    package static var schema: ReplicationSchema { cast.schema }
    package static var bodies: EntityType<Walker> { cast.walkers }
    package static var coins: EntityType<Coin> { cast.coins }
}

/// The body of a player.
package struct Walker: PlayerBody, Hashable {
    package var position = SIMD2<Double>(0, 0)
    /// Metres a second.
    package var velocity = SIMD2<Double>(0, 0)
    /// Whose it is: the character's number.
    package var character: UInt32 = 0
    /// How often its player has waved, in all zones.
    package var waves: UInt16 = 0
    /// How many coins it has, as all see it. The store knows.
    package var coins: UInt16 = 0

    package init() {}

    package var place: SIMD2<Double> { position }

    /// The part of the body that the view smooths after a correction.
    package var pose: SIMD2<Double> {
        get { position }
        set { position = newValue }
    }

    package static let teleportLength = 5.0

    package mutating func fields(_ visit: inout some FieldVisitor) {
        visit(
            "position", &position, .vector(in: 0...RealmRules.side, precision: 1.0 / 512),
            velocity: &velocity, .vector(in: -16...16, precision: 1.0 / 512))
        visit("waves", &waves, .unsigned(bits: 16))
        visit("coins", &coins, .unsigned(bits: 16))
        visit("character", &character, .unsigned(bits: 32))
    }
}
