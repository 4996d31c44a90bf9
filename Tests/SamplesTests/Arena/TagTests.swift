import ArenaGame
import Parley
import Testing

@Suite struct TagTests {
    private let map = ArenaMap(side: 40, obstacles: [])
    private let one = EntityID(rawValue: 1)
    private let two = EntityID(rawValue: 2)
    private let three = EntityID(rawValue: 3)

    /// `one` is nearest to the centre, so it is "it".
    private func game(_ others: [(EntityID, Vector)]) -> ArenaState {
        var state = ArenaState(map: map)
        state.enter(one, at: map.center)
        for (id, place) in others { state.enter(id, at: place) }
        return state
    }

    @Test func theNearestToTheCentreIsItFirst() {
        var state = game([(two, Vector(30, 30))])
        #expect(state.it == nil)
        #expect(state.step(1) == nil)
        #expect(state.it == one)
        #expect(state[one]?.isIt == true)
    }

    @Test func touchingTags() throws {
        var state = game([(two, Vector(20.7, 20))])
        #expect(state.step(1) == Tag(tagger: one, tagged: two))
        #expect(state.it == two)
        #expect(try #require(state[one]).score == 1)
        #expect(try #require(state[one]).isImmune(at: Tick(number: 180)))
        #expect(try #require(state[one]).isImmune(at: Tick(number: 181)) == false)
        #expect(try #require(state[two]).isImmune(at: Tick(number: 1)) == false)
        #expect(state.everybody.filter(\.isIt).map(\.id) == [two])
    }

    @Test func notTouchingDoesNotTag() {
        var state = game([(two, Vector(20.9, 20))])
        #expect(state.step(1) == nil)
    }

    @Test func theNearestIsTagged() {
        var state = game([(two, Vector(20.7, 20)), (three, Vector(19.4, 20))])
        #expect(state.step(1)?.tagged == three)
    }

    @Test func theFormerItIsImmuneForThreeSeconds() {
        var state = game([(two, Vector(20.7, 20))])
        var tags: [Int] = []
        for step in 1...400 {
            // Both stay where they touch.
            state.steer(one, Wish(direction: Vector(1, 0)))
            state.steer(two, Wish(direction: Vector(-1, 0)))
            if state.step(step) != nil { tags.append(step) }
        }
        #expect(tags.count == 3)
        #expect(tags.first == 1)
        #expect((180...183).contains(tags.dropFirst().first ?? 0))
    }

    @Test func whenItLeavesTheNearestToTheCentreFollows() {
        var state = game([(two, Vector(39, 39)), (three, Vector(25, 20))])
        state.step(1)
        state.leave(one)
        #expect(state.it == nil)
        state.step(1)
        #expect(state.it == three)
        state.leave(two)
        state.leave(three)
        state.step(1)
        #expect(state.it == nil)
    }

    @Test func bodiesStayInOrder() {
        let state = game([(three, Vector(1, 1)), (.npc(0), Vector(3, 3)), (two, Vector(2, 2))])
        #expect(state.everybody.map(\.id) == [one, two, three, .npc(0)])
    }
}
