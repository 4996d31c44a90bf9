import Foundation
import ParleyStore
import Testing

@testable import realm

/// `realm generation` ends every session, so it looks first whether somebody plays.
@Suite struct GenerationProgramTests {
    @Test(.timeLimit(.minutes(2))) func aRunningZoneIsSeenByItsHeartbeats() async throws {
        let path = FileManager.default.temporaryDirectory.path + "/realm-\(UUID()).db"
        defer {
            for end in ["", "-wal"] { try? FileManager.default.removeItem(atPath: path + end) }
        }
        let store = try await SQLiteStore(path: path)
        #expect(try await GenerationProgram.runningZone(in: store) == nil)
        let name = try #require(ZoneName("town"))
        let zone = try #require(
            await store.perform(
                RegisterZone(zone: name, address: "", capacity: 1, isReady: true, mark: 1)
            ).value)
        // As in a backup of a realm that ran: the row is alive, and nobody beats.
        #expect(try await GenerationProgram.runningZone(in: store) == nil)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                for number in UInt64(1)... {
                    _ = await store.perform(Beat(zone, number: number, load: 0))
                    try await Task.sleep(for: .milliseconds(50))
                }
            }
            defer { group.cancelAll() }
            let running = try await GenerationProgram.runningZone(in: store)
            #expect(running == name)
        }
        await store.close()
    }
}
