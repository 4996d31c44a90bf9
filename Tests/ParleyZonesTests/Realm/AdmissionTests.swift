import ParleyHandoff
import ParleySimulation
import ParleySockets
import ParleyStore
import ParleyWorld
import ParleyZones
import TestGames
import Testing

/// Who comes in, who stays out, and who goes.
@Suite struct AdmissionTests {
    @Test func aSecondLoginReplacesTheFirst() throws {
        let error = try TestRealm.run(seed: 1) { realm in
            let first = realm.client("ann")
            return await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await first.run() }
                do {
                    try await realm.wait(for: first, in: "west")
                    let second = RealmClient<Meadow>(
                        at: "world", port: TestRealm.playerPort, as: .name("ann"),
                        network: realm.simulation.host("laptop"))
                    group.addTask { try await second.run() }
                    try await realm.wait(for: second, in: "west")
                    while try await group.next() != nil {}
                } catch {
                    group.cancelAll()
                    return error as? RealmClientError
                }
                return nil
            }
        }
        #expect(error == .replaced)
    }

    /// A player who has left comes back where it was.
    @Test func aPlayerComesBackWhereItLeft() throws {
        let (left, back) = try TestRealm.run(seed: 2) { realm in
            let left = try await realm.play(as: "ann") { ann in
                ann.command = Meadow.Command(x: 0, y: 127)
                try await realm.wait(for: ann, in: "west")
                try await realm.wait { (ann.frame()?.me?.position.y ?? 0) > 80 }
                ann.command = Meadow.Command(x: 0, y: 0)
                try await realm.simulation.clock.sleep(for: .seconds(2))
                return ann.frame()?.game.authoritative?.position
            }
            try await realm.wait { await realm.zone("west")?.world.characters.isEmpty == true }
            let back = try await realm.play(as: "ann") { ann in
                try await realm.wait(for: ann, in: "west")
                return ann.frame()?.game.authoritative?.position
            }
            return (left, back)
        }
        #expect(left != nil)
        #expect(left == back)
    }

    @Test func anotherGameIsRefused() throws {
        let error = try TestRealm.run(seed: 1) { realm in
            var configuration = realm.configuration
            configuration.game = "chess"
            let world = WorldServer(
                RealmConfiguration(game: "chess", map: configuration.map), store: realm.store,
                logins: .names, keys: realm.keys, links: .plain,
                network: realm.simulation.host("elsewhere"))
            return await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await world.run() }
                do {
                    let address = try await world.ready().players
                    let client = RealmClient<Meadow>(
                        at: "elsewhere", port: address.port, as: .name("ann"),
                        network: realm.simulation.host("ann"))
                    try await client.run()
                } catch {
                    group.cancelAll()
                    return error as? RealmClientError
                }
                return nil
            }
        }
        #expect(error == .refused("this realm plays chess, and not the client's game"))
    }
}
