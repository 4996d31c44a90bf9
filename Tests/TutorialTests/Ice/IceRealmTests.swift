import Parley
import ParleySimulation
import ParleyStore
import ParleyZones
import Testing

@Suite struct IceRealmTests {
    /// A skater crosses the rink to the west and back to the east, over a telephone's link.
    @Test func aSkaterCrossesAllZones() throws {
        let simulation = Simulation(seed: 1, links: .lte)
        let zones = try simulation.run { simulation in
            let realm = try iceRealm(on: "rink")
            let keys = RealmKeys()
            return try await withThrowingTaskGroup(of: [String]?.self) { group in
                let network = simulation.host("rink")
                let world = WorldServer(
                    realm, store: ModelStore(seed: 1, clock: simulation.clock), logins: .names,
                    keys: keys, links: .plain, network: network)
                group.addTask {
                    try await world.run()
                    return nil
                }
                for name in realm.map.names {
                    let zone = try ZoneServer(
                        name, of: realm, keys: keys, links: .plain, network: network
                    ) { IceZone($0) }
                    group.addTask {
                        try await zone.run()
                        return nil
                    }
                }
                group.addTask { await skate(on: simulation.host("ann")) }
                defer { group.cancelAll() }
                while let result = try await group.next() {
                    if let result { return result }
                }
                throw CancellationError()
            }
        }
        #expect(zones == ["middle", "west", "middle", "east"])
    }
}

/// Skates to the western end of the rink, and from there to the eastern one.
///
/// - Returns: The zones on the way.
private func skate(on network: SimulatedHost) async -> [String] {
    let client = RealmClient<Ice>(at: "rink", port: 9200, as: .name("ann"), network: network)
    return await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { try await client.run() }
        defer { group.cancelAll() }
        var zones: [String] = []
        var isEastward = false
        for await frame in client.frames {
            guard let me = frame.me else { continue }
            if zones.last != frame.zone.text { zones.append(frame.zone.text) }
            if me.position.x < 5 { isEastward = true }
            if frame.zone.text == "east", me.position.x > 30 { break }
            client.command = Ice.Command(x: isEastward ? 100 : -100, y: 0)
        }
        return zones
    }
}
