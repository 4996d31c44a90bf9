import ParleyProtocol
import ParleySockets
import Testing

/// The player's entity: the server's state, and the prediction ahead of it.
@Suite struct PredictedStateTests {
    /// Adds up the commands, which reveals a command that counted twice or not at all.
    private struct Sum: Equatable, Sendable {
        var total = 0
        var steps = 0

        static func step(_ state: inout Sum, _ command: Int, _ tick: Tick) {
            state.total = state.total &* 31 &+ command &* Int(tick.number)
            state.steps += 1
        }
    }

    private typealias Prediction = PredictedState<Sum, Int>

    private func prediction(ahead: Int = 128) -> Prediction {
        Prediction(
            Sum(), at: Tick(number: 100), standIn: CommandStandIn(idle: 0, maximumRepeats: 5),
            maximumAhead: ahead)
    }

    /// What the server makes of commands from tick 101 on.
    private func truth(_ commands: some Sequence<Int>) -> Sum {
        var sum = Sum()
        var tick = Tick(number: 100)
        for command in commands {
            tick = tick.advanced(by: 1)
            Sum.step(&sum, command, tick)
        }
        return sum
    }

    @Test func aCommandTakesEffectAtOnce() {
        var prediction = prediction()
        let isApplied = prediction.apply(7, for: Tick(number: 101), by: Sum.step)
        #expect(isApplied)
        #expect(prediction.predicted == truth([7]))
        #expect(prediction.previous == Sum())
        #expect(prediction.authoritative == Sum())
        let isAppliedAgain = prediction.apply(7, for: Tick(number: 101), by: Sum.step)
        #expect(!isAppliedAgain)
        #expect(prediction.predicted.steps == 1)
    }

    @Test func aRightPredictionStays() throws {
        var prediction = prediction()
        for tick in 101...110 as ClosedRange<UInt32> {
            prediction.apply(Int(tick), for: Tick(number: tick), by: Sum.step)
        }
        let before = prediction.predicted
        let found = prediction.reconcile(
            with: truth(101...104), at: Tick(number: 104), by: Sum.step)
        let result = try #require(found)
        #expect(result.isRight)
        #expect(result.replayed == 6)
        #expect(result.before == result.after)
        #expect(prediction.predicted == before)
        #expect(prediction.statistics.right == 1)
    }

    @Test func aRightPredictionInTheSameSurroundingsRunsNothingAgain() throws {
        var prediction = prediction()
        for tick in 101...110 as ClosedRange<UInt32> {
            prediction.apply(Int(tick), for: Tick(number: tick), by: Sum.step)
        }
        let before = prediction.predicted
        func reconcile(_ state: Sum, _ tick: UInt32) throws -> Reconciliation<Sum> {
            let found = prediction.reconcile(
                with: state, at: Tick(number: tick), replaysIfRight: false, by: Sum.step)
            return try #require(found)
        }
        #expect(try reconcile(truth(101...104), 104).replayed == 0)
        #expect(prediction.predicted == before && prediction.ahead == 6)
        // Later commands still count, and a wrong prediction runs all of them again.
        #expect(try reconcile(truth([1, 2, 3, 4, 5]), 105).replayed == 5)
        #expect(prediction.predicted == truth(Array(1...5) + Array(106...110)))
        #expect(prediction.statistics.replayed == 5)
    }

    @Test func aWrongPredictionIsMadeRight() throws {
        var prediction = prediction()
        for tick in 101...110 as ClosedRange<UInt32> {
            prediction.apply(1, for: Tick(number: tick), by: Sum.step)
        }
        // The server never got the second command, and took another.
        let server = truth([1, 5, 1])
        let found = prediction.reconcile(with: server, at: Tick(number: 103), by: Sum.step)
        let result = try #require(found)
        #expect(!result.isRight)
        #expect(result.error { Double($0.total) } > 0)
        #expect(prediction.predicted == truth([1, 5] + Array(repeating: 1, count: 8)))
        #expect(prediction.statistics.wrong == 1)
        let next = prediction.reconcile(
            with: truth([1, 5, 1, 1]), at: Tick(number: 104), by: Sum.step)
        #expect(next?.isRight == true, "one correction is enough")
    }

    @Test func olderStatesAreIgnored() {
        var prediction = prediction()
        prediction.reconcile(with: Sum(total: 5, steps: 0), at: Tick(number: 105), by: Sum.step)
        let old = prediction.reconcile(with: Sum(), at: Tick(number: 104), by: Sum.step)
        let twice = prediction.reconcile(with: Sum(), at: Tick(number: 105), by: Sum.step)
        #expect(old == nil && twice == nil)
        #expect(prediction.authoritative.total == 5)
        #expect(prediction.statistics.outdated == 2)
        #expect(prediction.statistics.unpredicted == 1)
        #expect(prediction.tick == Tick(number: 105))
    }

    @Test func pendingCommandsRunOnANewBody() {
        var prediction = prediction()
        for tick in 101...105 as ClosedRange<UInt32> {
            prediction.apply(1, for: Tick(number: tick), by: Sum.step)
        }
        let other = prediction.reconcile(
            with: Sum(total: 50, steps: 0), at: Tick(number: 102), isContinuation: false,
            by: Sum.step)
        #expect(other?.expected == nil)
        var truth = Sum(total: 50, steps: 0)
        for tick in 103...105 as ClosedRange<UInt32> {
            Sum.step(&truth, 1, Tick(number: tick))
        }
        #expect(prediction.predicted == truth)
        #expect(prediction.statistics.unpredicted == 1)
        #expect(prediction.statistics.wrong == 0)
    }

    @Test func ticksWithoutACommandAreFilledAsTheServerDoes() {
        var prediction = prediction()
        prediction.apply(3, for: Tick(number: 101), by: Sum.step)
        prediction.apply(4, for: Tick(number: 109), by: Sum.step)
        #expect(prediction.predicted == truth([3, 3, 3, 3, 3, 3, 0, 0, 4]))
        let server = truth([3, 3, 3, 3])
        let result = prediction.reconcile(with: server, at: Tick(number: 104), by: Sum.step)
        #expect(result?.isRight == true)
        #expect(prediction.predicted == truth([3, 3, 3, 3, 3, 3, 0, 0, 4]))
    }

    @Test func predictionRunsAheadOnlyToItsLimit() {
        var prediction = prediction(ahead: 4)
        let applied = (101...200 as ClosedRange<UInt32>).filter {
            prediction.apply(1, for: Tick(number: $0), by: Sum.step)
        }
        #expect(applied == [101, 102, 103, 104])
        prediction.reconcile(with: truth([1, 1]), at: Tick(number: 102), by: Sum.step)
        let isApplied = prediction.apply(1, for: Tick(number: 106), by: Sum.step)
        #expect(isApplied)
        #expect(prediction.ahead == 4)
        let isTooFar = prediction.apply(1, for: Tick(number: .max), by: Sum.step)
        #expect(!isTooFar)
    }

    /// Snapshots in any order, some lost: whatever comes, each command counts once.
    @Test(arguments: 1...40 as ClosedRange<UInt64>)
    func noCommandCountsTwice(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var prediction = prediction()
        let commands = (0..<300).map { _ in Int.random(in: -9...9, using: &random) }
        for count in 1...300 {
            let tick = Tick(number: 100 + UInt32(count))
            prediction.apply(commands[count - 1], for: tick, by: Sum.step)
            if Bool.random(using: &random) {
                let known = max(1, count - Int.random(in: 0...20, using: &random))
                prediction.reconcile(
                    with: truth(commands.prefix(known)), at: Tick(number: 100 + UInt32(known)),
                    by: Sum.step)
            }
            #expect(prediction.predicted == truth(commands.prefix(count)), "seed \(seed)")
            #expect(prediction.predicted.steps == count)
        }
        #expect(prediction.statistics.wrong == 0)
    }

    @Test func theEndOfAllTicksIsAnEnd() {
        var prediction = prediction()
        prediction.reconcile(with: Sum(), at: Tick(number: .max), by: Sum.step)
        let isApplied = prediction.apply(1, for: Tick(number: .max), by: Sum.step)
        #expect(!isApplied)
        #expect(prediction.tick == Tick(number: .max))
    }
}
