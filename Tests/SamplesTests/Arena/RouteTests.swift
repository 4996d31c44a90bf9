import ArenaGame
import Parley
import Testing

@Suite struct RouteTests {
    private static let routes = RouteMap(.courtyard)

    @Test func landmarksAreFreePlaces() {
        for place in Vector.landmarks { #expect(ArenaMap.courtyard.isFree(place), "\(place)") }
    }

    @Test func aFreeWayIsStraight() {
        #expect(Self.routes.route(from: Vector(1, 1), to: Vector(1, 30)) == [Vector(1, 30)])
    }

    @Test(arguments: Vector.landmarks) func everyLegIsFree(start: Vector) {
        for goal in Vector.landmarks {
            var place = start
            let route = Self.routes.route(from: start, to: goal)
            for next in route {
                #expect(ArenaMap.courtyard.isStraightWay(from: place, to: next))
                place = next
            }
            #expect(place == goal)
        }
    }

    @Test func aGoalInsideAWallIsJustTheGoal() {
        let inside = ArenaMap.courtyard.center
        #expect(Self.routes.route(from: .gate, to: inside) == [inside])
    }

    /// Walks with nothing but a pilot, as bots and NPCs do.
    private func arrives(_ state: inout ArenaState, _ goals: [EntityID: Vector]) -> Bool {
        var pilots: [EntityID: Pilot] = [:]
        for step in 0..<(30 * 60) {
            var arrived = true
            for body in state.bodies {
                guard let goal = goals[body.id], body.position.distance(to: goal) > 1 else {
                    continue
                }
                arrived = false
                guard step % 6 == 0 else { continue }
                let direction = pilots[body.id, default: Pilot()].direction(
                    from: body.position, to: goal, routes: Self.routes)
                state.steer(body.id, Wish(direction: direction))
            }
            if arrived { return true }
            _ = state.advance(seconds: 1.0 / 60)
        }
        return false
    }

    @Test(arguments: 1...10) func aPilotArrivesAnywhere(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        var state = ArenaState()
        let me = EntityID(rawValue: 1)
        state.enter(me, at: state.map.randomPlace(using: &generator))
        #expect(arrives(&state, [me: state.map.randomPlace(using: &generator)]))
    }

    @Test func twoWhoMeetHeadOnPass() {
        let (one, two) = (EntityID(rawValue: 1), EntityID(rawValue: 2))
        var state = ArenaState(map: ArenaMap(side: 40, obstacles: []))
        state.enter(one, at: Vector(10, 20))
        state.enter(two, at: Vector(30, 20))
        #expect(arrives(&state, [one: Vector(30, 20), two: Vector(10, 20)]))
    }
}
