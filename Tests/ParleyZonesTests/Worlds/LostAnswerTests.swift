import ParleyHandoff
import ParleySimulation
import ParleySockets
import ParleyStore
import Synchronization
import TestGames
import Testing

@testable import ParleyStore
@testable import ParleyZones

/// An operator whose command was carried out, and who has not heard it.
@Suite struct LostAnswerTests {
    private static let ann = CharacterReference("ann") ?? .number(CharacterID(rawValue: 0))

    /// A world server's store. The server is lost when it has banned somebody, and another operator takes the ban back.
    private struct FatalStore: Store {
        let model: ModelStore
        let host: SimulatedHost

        func perform<Operation: StoreOperation>(
            _ operation: Operation
        ) async -> StoreOutcome<Operation.Done> {
            let outcome = await model.perform(operation)
            if let ban = operation as? Quote<Ban> {
                _ = await model.perform(Pardon(ban.character))
                host.crash(for: .seconds(60))
            }
            return outcome
        }
    }

    /// The next server finds another login than the one that the command was based on. That the ban has been is not known
    /// there, so it is for the operator to look, not for the program to ban anew.
    @Test func aBanThatWasTakenBackIsNotGivenAnew() throws {
        let simulation = Simulation(seed: 1, links: .lan)
        let (reply, access) = try simulation.run(for: .seconds(60)) { simulation in
            let keys = RealmKeys()
            var realm = RealmConfiguration(
                game: Meadow.name, map: try ZoneMap([MapZone("west", .box([0, 0], [9, 9]))]))
            realm.worlds = ["world", "world-1"].map { ServerPlace(host: $0, serverPort: 9_100) }
            let model = ModelStore(seed: 1, clock: simulation.clock)
            let name = try #require(AccountName("ann"))
            _ = await model.perform(CreateAccount(name: name, password: nil))
            let fatal = FatalStore(model: model, host: simulation.host("world"))
            let stores: [any Store] = [fatal, model]
            let program = RealmOperator(
                realm, keys: keys, links: .plain, network: simulation.host("operator"))
            return try await withThrowingTaskGroup(of: Void.self) { group in
                for (number, store) in stores.enumerated() {
                    let server = WorldServer(
                        realm, number: number, store: store, logins: .names, keys: keys,
                        links: .plain, network: simulation.host(TestRealm.host(number)))
                    group.addTask { try? await server.run() }
                    _ = try await server.ready()
                }
                defer { group.cancelAll() }
                return (try await program.ask(.ban(Self.ann)), await model.records.map(\.access))
            }
        }
        #expect(reply == .refused("\(OperatorRefusal.changed)"))
        #expect(access == [.kicked])
    }
}
