import Parley

/// The messages and the entities of the game: skaters and coins on a rink.
enum Ice: GameRules {
    static let name = "ice"

    /// In each tick, by UDP: the direction to push in, from -100 to 100.
    struct Command: DatagramCodable, Codable, Hashable, Sendable {
        var x: Int8
        var y: Int8
    }

    /// By TCP, from a player: nothing in this game.
    enum Request: DatagramCodable, Codable, Sendable { case none }

    /// By TCP, to the players.
    enum Notice: DatagramCodable, Codable, Sendable {
        case taken(by: PlayerID, total: Int)
    }

    /// Every client predicts.
    typealias Snapshot = NoSnapshot

    static let idle = Command(x: 0, y: 0)
}

// MARK: What is replicated

extension Ice {
    /// The types of entities, the same on both sides.
    struct Cast: Sendable {
        let schema: ReplicationSchema
        let skaters: EntityType<Skater>
        let coins: EntityType<Coin>

        init() {
            var schema = ReplicationSchema()
            skaters = schema.register(Skater.self, named: "skater")
            coins = schema.register(Coin.self, named: "coin")
            self.schema = schema
        }
    }

    static let cast = Cast()
    static var schema: ReplicationSchema { cast.schema }
    static var bodies: EntityType<Skater> { cast.skaters }
}
