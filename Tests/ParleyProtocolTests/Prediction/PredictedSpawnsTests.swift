import ParleyProtocol
import Testing

/// Entities that commands made before the server knew.
@Suite struct PredictedSpawnsTests {
    private func id(_ tick: UInt32, _ index: UInt16 = 0) -> PredictedSpawnID {
        PredictedSpawnID(player: 1, tick: Tick(number: tick), index: index)
    }

    @Test func theServersEntityReplacesThePredictedOne() {
        var spawns = PredictedSpawns<String>()
        spawns.spawn("arrow", as: id(10))
        spawns.spawn("second arrow", as: id(10, 1))
        #expect(spawns.confirm(id(10, 1)) == "second arrow")
        #expect(spawns.confirm(id(10, 1)) == nil)
        #expect(spawns.entities.map(\.entity) == ["arrow"])
    }

    @Test func aReplayedCommandSpawnsNothingTwice() {
        var spawns = PredictedSpawns<String>()
        for _ in 0..<5 { spawns.spawn("arrow", as: id(10)) }
        #expect(spawns.entities.count == 1)
    }

    @Test func aSpawnThatAReplayOmitsIsRemoved() {
        var spawns = PredictedSpawns<String>()
        spawns.spawn("arrow", as: id(10))
        spawns.spawn("lost arrow", as: id(10, 1))
        #expect(spawns.keep(1, of: 1, at: Tick(number: 10)) == ["lost arrow"])
        #expect(spawns.keep(0, of: 2, at: Tick(number: 10)).isEmpty)
        #expect(spawns.entities.count == 1)
    }

    @Test func spawnsThatTheServerNeverConfirmsAreRemoved() {
        var spawns = PredictedSpawns<String>(patience: 20)
        spawns.spawn("arrow", as: id(10))
        #expect(spawns.expire(at: Tick(number: 29)).isEmpty)
        #expect(spawns.expire(at: Tick(number: 30)) == ["arrow"])
        let isBack = spawns.spawn("arrow", as: id(10))
        #expect(!isBack, "what is settled is not predicted again")
    }

    @Test func predictedSpawnsAreMovedAndBounded() {
        var spawns = PredictedSpawns<Int>(capacity: 3)
        for index in 0..<10 { spawns.spawn(0, as: id(10, UInt16(index))) }
        #expect(spawns.entities.count == 3)
        spawns.updateAll { id, entity in entity = Int(id.index) * 2 }
        #expect(spawns.entities.map(\.entity) == [0, 2, 4])
    }
}
