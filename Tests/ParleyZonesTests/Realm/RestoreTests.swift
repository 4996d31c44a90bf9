import ParleyHandoff
import ParleySimulation
import ParleyZones
import TestGames
import Testing

@testable import ParleyStore

/// A backup that is restored under zones that run.
@Suite struct RestoreTests {
    /// The store goes back to a time before a crossing, and begins the next generation. The processes of before are told so,
    /// end, and have written nothing; their player logs in again where the backup has it.
    @Test(arguments: [1, 2, 3] as [UInt64])
    func zonesOfBeforeARestoreEnd(seed: UInt64) throws {
        let log = KeptLog()
        let (ending, restored, written, zones, back) = try TestRealm.run(seed: seed, log: log) {
            realm in
            let client = realm.client("ann")
            return try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await client.run() }
                try await realm.wait(for: client, in: "west")
                try await realm.simulation.clock.sleep(for: .seconds(2))
                let yesterday = await realm.store.copy
                client.command = Meadow.Command(x: 127, y: 0)
                try await realm.wait(for: client, in: "east")
                try await realm.simulation.clock.sleep(for: .seconds(2))
                // No world server asks the store meanwhile, and no process of before gets an answer in between.
                realm.simulation.host("world").crash(for: .seconds(2))
                try await realm.simulation.clock.sleep(for: .seconds(1))
                await realm.store.goBack(to: yesterday)
                _ = await realm.store.perform(BeginGeneration(after: 1))
                let restored = try #require(await realm.store.records.first)
                var ending: RealmClientError?
                do { try await group.next() } catch { ending = error as? RealmClientError }
                try await realm.wait {
                    ["west", "east"].allSatisfy {
                        realm.zone($0)?.process.map { $0.incarnation.rawValue > 1 << 32 } == true
                    }
                }
                let written = try #require(await realm.store.records.first)
                let zones = try ["west", "east"].map { try #require(realm.zone($0)?.process) }
                let back = try await realm.play(as: "ann") { ann in
                    try await realm.wait(for: ann, in: "west")
                    return ann.frame()?.epoch
                }
                return (ending, restored, written, zones, back)
            }
        }
        #expect(ending == .kicked)
        #expect(restored.place == nil && restored.epoch.generation == 2)
        #expect(written == restored, "a process of before has changed the row")
        #expect(zones.allSatisfy { $0.incarnation.rawValue == (1 << 32) + 1 })
        #expect(back.map { $0 > restored.epoch } == true)
        for zone in ["west", "east"] {
            let line = "error the realm has given the process up, and it ends zone=\(zone)"
            #expect(log.says(line), "\(log.text)")
        }
    }
}

extension ModelStore {
    /// All rows, as a backup has them.
    fileprivate var copy: MemoryTables.Rows { tables.rows }

    /// Goes back to a backup.
    fileprivate func goBack(to rows: MemoryTables.Rows) { tables.rows = rows }
}
