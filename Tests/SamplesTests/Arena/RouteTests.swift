import ArenaGame
import Parley
import Testing

@Suite struct RouteTests {
    private static let routes = RouteMap(.courtyard)

    @Test(arguments: Grounds.arena.doorways) func everyDoorCanBeWalkedTo(door: Doorway) {
        let map = Grounds.arena[door.area]
        #expect(map.isFree(door.threshold.position))
        #expect(map.isFree(door.exit.position))
        #expect(door.contains(door.threshold))
        #expect(!door.contains(door.exit))
        #expect(Grounds.arena.doorways[Grounds.arena.doorways[door.other].other] == door)
    }

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

    /// Walks with a pilot only, like bots and NPCs.
    private func arrives(_ state: inout ArenaState, _ goals: [EntityID: Spot]) -> Bool {
        var pilots: [EntityID: Pilot] = [:]
        let guide = Guide(state.grounds)
        for step in 1...(60 * 60) {
            var arrived = true
            for body in state.everybody {
                guard let goal = goals[body.id], body.spot.distance(to: goal) > 1 else {
                    continue
                }
                arrived = false
                guard step % 6 == 0 else { continue }
                let direction = pilots[body.id, default: Pilot()].direction(
                    from: body.spot, to: goal, by: guide)
                state.steer(body.id, Wish(direction: direction))
            }
            if arrived { return true }
            state.step(step)
        }
        return false
    }

    @Test(arguments: 1...10) func aPilotArrivesAnywhere(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        var state = ArenaState()
        let me = EntityID(rawValue: 1)
        let areas = state.grounds.areas.indices.map(Area.init)
        for _ in 0..<2 {
            guard let area = areas.randomElement(using: &generator) else { continue }
            let goal = state.grounds.randomSpot(in: area, using: &generator)
            if state[me] == nil { state.enter(me, at: goal) }
            #expect(arrives(&state, [me: goal]))
        }
    }

    @Test func twoWalkersPassHeadOn() {
        let (one, two) = (EntityID(rawValue: 1), EntityID(rawValue: 2))
        var state = ArenaState(map: ArenaMap(side: 40, obstacles: []))
        state.enter(one, at: Vector(10, 20))
        state.enter(two, at: Vector(30, 20))
        #expect(arrives(&state, [one: Spot(Vector(30, 20)), two: Spot(Vector(10, 20))]))
    }
}
