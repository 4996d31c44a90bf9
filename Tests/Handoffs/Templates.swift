import ParleyHandoff
import ParleySockets

/// Realms in which everyone already plays: where interleavings begin.
struct Templates {
    private let realms: [HandoffWorld]
    private let mutant: Mutant?

    /// Those without a fault, made once.
    static let sound = Templates(mutant: nil)

    init(mutant: Mutant?) {
        self.mutant = mutant
        var realms: [HandoffWorld] = []
        for zones in 2...4 {
            for (worlds, characters) in [(1, 1), (2, 2), (1, 3)] {
                var realm = HandoffWorld(
                    zones: zones, worlds: worlds, characters: characters,
                    mutant: mutant == .noFreeze ? mutant : nil, seed: 1)
                realm.calmDown(within: 20_000)
                // Nobody crosses sooner than `crossingInterval` after the arrival.
                for _ in 0..<4 { realm.pass(500_000); realm.settle() }
                realm.store.backup = realm.store.table
                realms.append(realm)
                // In every second one everyone is about to cross.
                for player in realm.zones[0].players.indices {
                    realm.wish(player, of: 0, 1 + player % (zones - 1))
                }
                for _ in 0..<6 { realm.deliverAll() }
                realms.append(realm)
            }
        }
        self.realms = realms
    }

    /// The realm in which a seed's interleaving begins.
    func world(seed: UInt64) -> HandoffWorld {
        var random = SeededGenerator(seed: ~seed)
        var world = realms[Int(random.next() % UInt64(realms.count))]
        world.random = SeededGenerator(seed: random.next())
        // Now and then clocks are so wrong that the lease's margin does not hold.
        world.hasWildClocks = random.next() % 8 == 0
        let spread: Int64 = world.hasWildClocks ? 100 : 50
        world.bases = world.rates.indices.map { _ in world.now }
        world.epoch = world.now
        world.rates = world.rates.map { _ in
            1_000 - spread + Int64(random.next() % UInt64(2 * spread + 1))
        }
        world.adopt(mutant)
        return world
    }
}

extension HandoffWorld {
    /// Delivers everything, and lets every zone tick.
    mutating func settle() {
        let due = flight
        flight.removeAll(keepingCapacity: true)
        for envelope in due { deliver(envelope) }
        for index in zones.indices { tick(index) }
    }

    /// Gives the realm its fault, also the processes that run already.
    mutating func adopt(_ mutant: Mutant?) {
        guard let mutant else { return }
        self.mutant = mutant
        for index in worlds.indices {
            worlds[index] = WorldHost(machine: worldMachine(zones.count))
        }
    }
}
