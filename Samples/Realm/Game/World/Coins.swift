import Parley
import ParleyStore

/// The coins that lie in a land, each at a random place. A coin that is picked up is money in the store, and another one
/// lies elsewhere.
struct Coins {
    private(set) var table = EntityTable(RealmRules.coins, of: RealmRules.schema)
    private var handles: [EntityHandle] = []
    private var random: SeededGenerator
    private let (low, high): (SIMD2<Double>, SIMD2<Double>)

    /// How many lie in a land.
    static let count = 8
    /// How near a walker has to come, in metres.
    private static let reach = 2.0
    /// The distance of the coins from the land's edge, in metres.
    private static let margin = 5.0

    /// Coins between two corners of the plane.
    init(from low: SIMD2<Double>, to high: SIMD2<Double>, seed: UInt64) {
        (self.low, self.high) = (low + Self.margin, high - Self.margin)
        random = SeededGenerator(seed: seed)
        for _ in 0..<Self.count { drop() }
    }

    /// The coin that a walker at a place reaches.
    func coin(near place: SIMD2<Double>) -> EntityHandle? {
        handles.first { handle in
            guard let coin = table[handle] else { return false }
            let way = coin.position - place
            return (way * way).sum() <= Self.reach * Self.reach
        }
    }

    /// Takes a coin away, and lets another one lie elsewhere.
    mutating func take(_ coin: EntityHandle) {
        table.despawn(coin)
        handles.removeAll { $0 == coin }
        drop()
    }

    private mutating func drop() {
        let coin = Coin(
            position: SIMD2(
                .random(in: low.x...high.x, using: &random),
                .random(in: low.y...high.y, using: &random)))
        if let handle = table.spawn(coin) { handles.append(handle) }
    }
}
