import ArenaGame
import Parley
import Testing

/// Walks all walkers of a new game about at random.
private func play(seed: UInt64, bodies: Int, steps: Int, each: (ArenaState) -> Void) -> ArenaState {
    var generator = SeededGenerator(seed: seed)
    var state = ArenaState()
    for index in 0..<bodies {
        let place = ArenaMap.courtyard.randomPlace(using: &generator)
        state.enter(EntityID(rawValue: UInt32(index + 1)), at: place)
    }
    for step in 1...steps {
        for body in state.everybody where (step + Int(body.id.rawValue)) % 20 == 0 {
            let direction = Vector(
                Double.random(in: -1...1, using: &generator),
                Double.random(in: -1...1, using: &generator))
            state.steer(body.id, Wish(direction: direction * 2, dash: step % 3 == 0))
        }
        state.step(step)
        each(state)
    }
    return state
}

@Suite struct RulesTests {
    @Test(arguments: 1...8) func noWalkerIsInsideAWall(seed: UInt64) {
        _ = play(seed: seed, bodies: 24, steps: 300) { state in
            for body in state.everybody {
                #expect(state.grounds[body.area].isFree(body.position), "\(body) with seed \(seed)")
            }
        }
    }

    @Test func theSameSeedGivesTheSameGame() {
        func fingerprints(_ seed: UInt64) -> [UInt64] {
            var all: [UInt64] = []
            _ = play(seed: seed, bodies: 12, steps: 200) { all.append($0.fingerprint) }
            return all
        }
        #expect(fingerprints(7) == fingerprints(7))
        #expect(fingerprints(7) != fingerprints(8))
    }

    @Test func aWallIsSlidAlong() {
        // The southern face of the fountain, walked into diagonally.
        let start = Vector(19.2, 18.6)
        let end = ArenaMap.courtyard.walk(from: start, by: Vector(0.1, 0.1))
        #expect(abs(end.x - 19.3) < 0.002)
        #expect(abs(end.y - 18.6) < 0.002)
    }

    @Test func aCornerIsRounded() {
        var place = Vector(18.65, 18.3)
        for _ in 0..<60 {
            place = ArenaMap.courtyard.walk(from: place, by: Vector(0, 0.08))
        }
        #expect(place.y > 21, "slid past the corner of the fountain")
    }

    @Test(arguments: [Vector(-1, 0), Vector(1, 0), Vector(0, -1), Vector(0, 1), Vector(-1, -1)])
    func outerWallsHold(direction: Vector) {
        let map = ArenaMap(side: 10, obstacles: [])
        let end = map.walk(from: map.center, by: direction * 100)
        #expect(map.isFree(end))
        #expect(end.distance(to: map.center) >= 4.6 - 0.002)
    }

    @Test func aLongStepDoesNotTunnel() {
        let map = ArenaMap(side: 10, obstacles: [Rectangle(5, 0, 5.2, 10)])
        let end = map.walk(from: Vector(2, 5), by: Vector(6, 0))
        #expect(end.x <= 5 - ArenaRules.bodyRadius + 0.002)
    }

    @Test func overlappingBodiesPartByHalfEach() {
        let map = ArenaMap(side: 10, obstacles: [])
        var left = Walker(id: EntityID(rawValue: 1), position: Vector(5, 5))
        var right = Walker(id: EntityID(rawValue: 2), position: Vector(5.4, 5))
        ArenaRules.separate(&left, &right, on: map)
        #expect(abs(left.position.x - 4.8) < 0.002)
        #expect(abs(right.position.x - 5.6) < 0.002)
    }

    @Test func bodiesOnOneSpotPart() {
        let map = ArenaMap(side: 10, obstacles: [])
        var left = Walker(id: EntityID(rawValue: 1), position: Vector(5, 5))
        var right = Walker(id: EntityID(rawValue: 2), position: Vector(5, 5))
        ArenaRules.separate(&left, &right, on: map)
        #expect(left.position.distance(to: right.position) > 0.79)
    }

    @Test(arguments: [20, 60, 240]) func aDashIsFasterAndHasAPause(rate: Int) throws {
        var walker = Walker(id: EntityID(rawValue: 1), position: Vector(1, 30))
        let grounds = Grounds(areas: [ArenaMap(side: 60, obstacles: [])])
        let command = ArenaMessages.Command(Wish(direction: Vector(1, 0), dash: true))
        var dashed = 0
        for number in 1...(3 * rate) {
            ArenaRules.step(&walker, by: command, in: grounds, during: .number(number, rate: rate))
            let speed = walker.velocity.length
            #expect(speed < 8.3)
            if speed > 6.5 { dashed += 1 }
        }
        #expect(dashed == rate * 8 / 10, "two dashes of 0.4 s in 3 s")
    }

    @Test func withoutACommandAWalkerStands() throws {
        let id = EntityID(rawValue: 1)
        var state = ArenaState(map: ArenaMap(side: 40, obstacles: []))
        state.enter(id, at: Vector(20, 20))
        for number in 1...60 { state.step(number) }
        let body = try #require(state[id])
        #expect(body.velocity == .zero)
        #expect(body.position == Vector(20, 20))
    }

    /// A client's prediction from replicated states equals the server's state, to the last bit.
    @Test(arguments: 1...4 as ClosedRange<UInt64>) func aStepDependsOnReplicatedStateOnly(
        seed: UInt64
    ) {
        var generator = SeededGenerator(seed: seed)
        var walker = Walker(id: EntityID(rawValue: 1), position: .well)
        for number in 1...600 {
            let direction = Vector(
                Double.random(in: -1...1, using: &generator),
                Double.random(in: -1...1, using: &generator))
            let command = ArenaMessages.Command(Wish(direction: direction, dash: number % 7 == 0))
            var told = Walker(dequantising: walker.quantised().span)
            ArenaRules.step(&told, by: command, in: .arena, during: .number(number))
            ArenaRules.step(&walker, by: command, in: .arena, during: .number(number))
            #expect(told == walker)
        }
    }
}
