import ParleyHandoff
import ParleySimulation
import ParleyStore
import ParleyZones
import TestGames
import Testing

/// Many go back and forth over one border at once.
@Suite struct CrowdedBorderTests {
    /// Each of them gets over and back again. At the end each is in one zone, which is its owner in the store.
    @Test func aCrowdGoesBackAndForth() throws {
        let count = 24
        let (fewest, lost) = try TestRealm.run(seed: 1) { realm in
            let clients = (0..<count).map { realm.client("walker-\($0)") }
            return try await realm.play(clients) {
                for client in clients { try await realm.wait { client.frame()?.me != nil } }
                for heading in [127, -127] as [Int8] {
                    for client in clients { client.command = Meadow.Command(x: heading, y: 0) }
                    let zone = heading > 0 ? "east" : "west"
                    for client in clients { try await realm.wait(for: client, in: zone) }
                }
                for client in clients { client.command = Meadow.Command(x: 0, y: 0) }
                try await realm.simulation.clock.sleep(for: .seconds(5))
                return (
                    clients.map(\.statistics.crossings).min() ?? 0, await realm.misplaced(clients)
                )
            }
        }
        #expect(fewest >= 2)
        #expect(lost == [])
    }
}

extension TestRealm {
    /// The characters that are not in exactly the zone that the store and their client say.
    fileprivate func misplaced(_ clients: [RealmClient<Meadow>]) async -> [CharacterID] {
        let records = await store.records
        var holders: [CharacterID: [ZoneName]] = [:]
        for name in configuration.map.names {
            for character in await zone(name.text)?.world.characters ?? [] {
                holders[character, default: []].append(name)
            }
        }
        return clients.compactMap { client in
            guard let character = client.character else { return CharacterID(rawValue: 0) }
            let owner = records.first { $0.character == character }?.place?.zone
            let isRight =
                owner != nil && holders[character] == owner.map { [$0] }
                && client.frame()?.zone == owner
            return isRight ? nil : character
        }
    }
}
