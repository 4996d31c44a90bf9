import ArenaGame
import Parley
import Testing

@Suite struct BotTests {
    /// Plays a game of bots only, and counts its tags.
    private func tags(bots: Int, seed: UInt64, seconds: Int) -> (Int, ArenaState) {
        var generator = SeededGenerator(seed: seed)
        var state = ArenaState()
        var brains: [EntityID: BotBrain] = [:]
        for index in 1...bots {
            let id = EntityID(rawValue: UInt32(index))
            state.enter(id, at: ArenaMap.courtyard.randomPlace(using: &generator))
            brains[id] = BotBrain(me: id, seed: generator.next())
        }
        var tags = 0
        for step in 1...(seconds * 60) {
            if step % 6 == 0 {
                let seen = state.snapshot(after: step)
                for body in state.everybody {
                    guard let command = brains[body.id]?.decide(seen) else { continue }
                    state.steer(body.id, command)
                }
            }
            if state.step(step) != nil { tags += 1 }
        }
        return (tags, state)
    }

    @Test func botsCatchEachOther() {
        let (tags, state) = tags(bots: 8, seed: 1, seconds: 60)
        #expect(tags >= 5)
        #expect(state.everybody.map { Int($0.score) }.reduce(0, +) == tags)
    }

    @Test func theSameSeedPlaysTheSameGame() {
        let first = tags(bots: 4, seed: 3, seconds: 10)
        let second = tags(bots: 4, seed: 3, seconds: 10)
        #expect(first.1.fingerprint == second.1.fingerprint)
    }

    @Test(arguments: Vector.landmarks) func theHunterReachesAStandingPrey(place: Vector) {
        let (hunter, prey) = (EntityID(rawValue: 1), EntityID(rawValue: 2))
        var state = ArenaState()
        state.enter(hunter, at: Vector(18, 20))
        state.enter(prey, at: place)
        var brain = BotBrain(me: hunter, seed: 1)
        for step in 1...(20 * 60) {
            if step % 6 == 0 { state.steer(hunter, brain.decide(state.snapshot(after: step))) }
            if state.step(step) != nil { return }
        }
        Issue.record("not caught in 20 s")
    }

    @Test func aMissingBodyStands() {
        var brain = BotBrain(me: EntityID(rawValue: 9), seed: 1)
        #expect(brain.decide(.init(it: nil, avatars: [])) == .init(.stand))
    }
}
