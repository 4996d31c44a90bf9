import ParleyProtocol
import ParleySimulation
import ParleySockets
import Testing

/// Remote entities, between their snapshots.
@Suite struct InterpolationBufferTests {
    private struct Runner: Interpolatable, Equatable {
        var x: Double
        var speed: Double

        func interpolated(to later: Runner, at fraction: Double, over seconds: Double) -> Runner {
            Runner(
                x: x.curved(
                    leavingAt: speed, to: later.x, arrivingAt: later.speed, at: fraction,
                    over: seconds),
                speed: speed.blended(with: later.speed, at: min(fraction, 1)))
        }
    }

    private struct Post: Replicated, Interpolatable {
        var x = 0.0
        var name = 0

        mutating func fields(_ visit: inout some FieldVisitor) {
            visit("x", &x, .fixed(in: -512...512, precision: 0.01))
            visit("name", &name, .integer(in: 0...100))
        }
    }

    private func buffer(
        _ samples: [(UInt32, Double)], guess: Double = 15
    ) -> InterpolationBuffer<Line> {
        var buffer = InterpolationBuffer<Line>(maximumGuess: guess)
        for (tick, x) in samples { buffer.insert(Line(x: x), at: Tick(number: tick)) }
        return buffer
    }

    private struct Line: Interpolatable, Equatable {
        var x: Double

        func interpolated(to later: Line, at fraction: Double, over seconds: Double) -> Line {
            Line(x: x.blended(with: later.x, at: fraction))
        }
    }

    private func x(_ buffer: InterpolationBuffer<Line>, at ticks: Double) -> Double? {
        buffer.state(at: TickTime(ticks: ticks), tickRate: 60)?.x
    }

    @Test func orderDoesNotMatter() {
        let buffer = buffer([(20, 2), (40, 4), (30, 3), (30, 99), (10, 1)])
        for ticks in stride(from: 10.0, through: 40, by: 2.5) {
            #expect(x(buffer, at: ticks) == ticks / 10)
        }
        #expect(buffer.count == 4)
    }

    @Test func statesAreExtrapolatedForAWhile() {
        let buffer = buffer([(10, 1), (20, 2)], guess: 5)
        #expect(x(buffer, at: 22) == 2.2)
        #expect(x(buffer, at: 25) == 2.5)
        #expect(x(buffer, at: 1_000_000) == 2.5)
        #expect(x(buffer, at: 0) == 1)
        #expect(x(self.buffer([]), at: 5) == nil)
        #expect(x(self.buffer([(7, 3)]), at: 100) == 3)
    }

    @Test func nothingIsInterpolatedAcrossATeleport() {
        var buffer = buffer([(10, 1), (20, 2)])
        buffer.insert(Line(x: 100), at: Tick(number: 30), isTeleport: true)
        #expect(x(buffer, at: 29.9) == 2)
        #expect(x(buffer, at: 30) == 100)
        #expect(x(buffer, at: 35) == 100)
    }

    @Test func anEntityThatStoodStillBeginsToMoveWhenItDid() {
        var buffer = buffer([(10, 1)])
        buffer.stayed(until: Tick(number: 100))
        buffer.insert(Line(x: 2), at: Tick(number: 110))
        #expect(x(buffer, at: 99) == 1)
        #expect(x(buffer, at: 105) == 1.5)
        let isOld = buffer.stayed(until: Tick(number: 110))
        #expect(!isOld)
    }

    @Test func velocitiesMakeACurve() {
        var buffer = InterpolationBuffer<Runner>()
        // x = t², speed = 2 t, a snapshot a second: the cubic is exact.
        for second in 0...4 {
            let runner = Runner(x: Double(second * second), speed: Double(2 * second))
            buffer.insert(runner, at: Tick(number: UInt32(second * 60)))
        }
        for ticks in stride(from: 0.0, through: 240, by: 7) {
            let state = buffer.state(at: TickTime(ticks: ticks), tickRate: 60)
            let second = TickTime(ticks: ticks).ticks / 60
            #expect(abs((state?.x ?? .nan) - second * second) < 1e-9)
        }
        let guessed = buffer.state(at: TickTime(ticks: 246), tickRate: 60)
        #expect(abs((guessed?.x ?? .nan) - 16.8) < 1e-9, "goes on at 8 units a second")
    }

    @Test func replicatedEntitiesInterpolateTheirFields() throws {
        var buffer = InterpolationBuffer<Post>()
        buffer.insert(Post(x: 1, name: 3), at: Tick(number: 10))
        buffer.insert(Post(x: 2, name: 4), at: Tick(number: 20))
        let post = try #require(buffer.state(at: TickTime(ticks: 15), tickRate: 60))
        #expect(abs(post.x - 1.5) < 0.01)
        #expect(post.name == 3)
    }

    @Test func itIsBounded() {
        var buffer = InterpolationBuffer<Line>(capacity: 8)
        for tick in 0..<1_000 as Range<UInt32> {
            buffer.insert(Line(x: Double(tick)), at: Tick(number: tick))
        }
        #expect(buffer.count == 8)
        let isOldUsed = buffer.insert(Line(x: 0), at: Tick(number: 5))
        #expect(!isOldUsed)
        #expect(buffer.newest == Tick(number: 999))
    }
}
