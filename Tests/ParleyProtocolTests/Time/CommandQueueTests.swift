import ParleyDatagrams
import ParleyProtocol
import ParleySockets
import Testing

/// What the server takes of a player's commands.
@Suite struct CommandQueueTests {
    private func queue(
        repeats: Int = 3, window: Int? = nil, after tick: UInt32 = 100
    ) -> TypedCommandQueue<Int> {
        TypedCommandQueue(
            tickRate: 50, standIn: CommandStandIn(idle: 0, maximumRepeats: repeats), window: window,
            after: Tick(number: tick), at: .zero)
    }

    private func bundle(
        _ commands: [Int], newest: UInt32, packet: UInt8 = 0
    ) throws -> CommandBundle<Int> {
        try #require(
            CommandBundle(
                newest: Tick(number: newest), packet: packet, view: nil, commands: commands))
    }

    private func take(_ number: UInt32, from queue: inout TypedCommandQueue<Int>) -> Int {
        queue.take(Tick(number: number), at: .milliseconds(20) * Int(number - 100)).command
    }

    @Test func eachTickTakesItsOwnCommand() throws {
        var queue = queue()
        queue.receive(try bundle([1, 2, 3], newest: 103), at: .zero)
        #expect((101...103).map { take($0, from: &queue) } == [1, 2, 3])
        #expect(queue.statistics.onTime == 3)
    }

    @Test func theFirstCommandOfATickCounts() throws {
        var queue = queue()
        queue.receive(try bundle([1], newest: 101), at: .zero)
        queue.receive(try bundle([9, 2], newest: 102), at: .zero)
        #expect((101...102).map { take($0, from: &queue) } == [1, 2])
        queue.receive(try bundle([9, 9], newest: 102), at: .zero)
        #expect(queue.statistics.duplicates == 3)
        #expect(queue.statistics.late == 0)
    }

    @Test func aMissingCommandRepeatsTheLastOneForAWhile() throws {
        var queue = queue(repeats: 3)
        queue.receive(try bundle([7], newest: 101), at: .zero)
        #expect((101...106).map { take($0, from: &queue) } == [7, 7, 7, 7, 0, 0])
        #expect(queue.statistics.repeated == 3)
        #expect(queue.statistics.idle == 2)
        queue.receive(try bundle([5, 6], newest: 107), at: .zero)
        #expect(take(107, from: &queue) == 6)
        #expect(queue.statistics.late == 1)
    }

    @Test func beforeTheFirstCommandNoneIsMissed() {
        var queue = queue()
        #expect((101...110).map { take($0, from: &queue) } == Array(repeating: 0, count: 10))
        #expect(queue.statistics == CommandStatistics())
    }

    @Test func theFutureIsRefusedBeyondTheWindow() throws {
        var queue = queue(window: 20)
        queue.receive(try bundle([1], newest: 120), at: .zero)
        queue.receive(try bundle([2], newest: 121), at: .zero)
        queue.receive(try bundle([3], newest: .max), at: .zero)
        #expect(queue.statistics.early == 2)
        #expect((101...121).map { take($0, from: &queue) }.last == 1)
    }

    @Test func thePastIsRefusedAndCountedOnce() throws {
        var queue = queue()
        _ = take(200, from: &queue)
        queue.receive(try bundle([1, 2], newest: 150), at: .seconds(2))
        queue.receive(try bundle([1, 2], newest: 150), at: .seconds(2))
        #expect(queue.statistics.late == 2)
        #expect(queue.statistics.duplicates == 2)
        queue.receive(try bundle([1], newest: 0), at: .seconds(2))
        #expect(queue.statistics.late == 3)
    }

    @Test func aFloodCostsNoMoreThanItsBudget() throws {
        var queue = queue()
        let all = try bundle(Array(repeating: 1, count: 16), newest: 116)
        for _ in 0..<1_000 { queue.receive(all, at: .zero) }
        let looked = 16_000 - queue.statistics.dropped
        #expect(looked == 512)
        #expect((101...116).map { take($0, from: &queue) } == Array(repeating: 1, count: 16))
        #expect(queue.statistics.onTime == 16, "one command a tick, whatever came")
    }

    @Test func skippedCommandsAreDropped() throws {
        var queue = queue()
        queue.receive(try bundle([1, 2, 3, 4], newest: 104), at: .zero)
        #expect(take(103, from: &queue) == 3)
        #expect(queue.statistics.dropped == 2)
        #expect(take(104, from: &queue) == 4)
        #expect(take(104, from: &queue) == 4, "a tick taken again has the last command")
    }

    @Test func theReportHasTheLeastMarginOfNewestCommands() throws {
        var queue = queue()
        // Tick 101 is due 20 ms after tick 100.
        queue.receive(try bundle([1, 2], newest: 102), at: .milliseconds(10))
        queue.receive(try bundle([1, 2, 3], newest: 103), at: .milliseconds(15))
        let report = queue.takeReport()
        #expect(report.taken == Tick(number: 100))
        #expect(report.worst?.tick == Tick(number: 102))
        #expect(report.worst?.margin == 1.5)
        #expect(queue.takeReport().worst == nil)
        _ = take(104, from: &queue)
        queue.receive(try bundle([4], newest: 104), at: .milliseconds(90))
        #expect(queue.takeReport().worst?.margin == -0.5)
    }

    @Test func aPauseOfTheWorldIsNotNetworkDelay() throws {
        var queue = queue()
        // Five seconds without a tick; what waited is read before the next one.
        queue.receive(try bundle([1, 2], newest: 102), at: .seconds(5))
        #expect(queue.takeReport().worst == nil)
        _ = queue.take(Tick(number: 101), at: .seconds(5))
        queue.receive(try bundle([3], newest: 103), at: .milliseconds(5_010))
        #expect(queue.takeReport().worst?.margin == 1.5)
        #expect(queue.take(Tick(number: 102), at: .milliseconds(5_020)).command == 2)
    }

    @Test func lostPacketsAreReported() throws {
        var queue = queue()
        for number in 0..<400 where number % 10 != 3 {
            let tick = UInt32(101 + number)
            let packet = UInt8(truncatingIfNeeded: number)
            queue.receive(try bundle([1], newest: tick, packet: packet), at: .zero)
            _ = take(tick, from: &queue)
        }
        let report = queue.takeReport()
        #expect((0.06...0.13).contains(report.loss))
        #expect((3...4).contains(report.lossRun))
    }

    @Test func theViewTravelsWithTheCommand() throws {
        var queue = queue()
        let view = TickTime(ticks: 95.5)
        let packet = try #require(
            CommandBundle(newest: Tick(number: 102), packet: 0, view: view, commands: [1, 2]))
        queue.receive(packet, at: .zero)
        #expect(queue.take(Tick(number: 101), at: .zero).view == TickTime(ticks: 94.5))
        #expect(queue.take(Tick(number: 102), at: .zero).view == view)
        #expect(queue.take(Tick(number: 103), at: .zero).view == nil)
    }

    @Test(arguments: 1...20 as ClosedRange<UInt64>)
    func nonsenseNeverTrapsAndNeverCountsTwice(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let edges: [UInt32] = [0, 1, 50, 100, 101, 164, .max - 1, .max]
        var queue = queue(after: edges.randomElement(using: &random) ?? 0)
        var ticks: UInt64 = 0
        for _ in 0..<300 {
            let edge = edges.randomElement(using: &random) ?? 0
            let tick = Tick(number: edge).advanced(by: Int.random(in: -70...70, using: &random))
            let now = Duration.seconds(Double.random(in: -1e9...1e9, using: &random))
            let commands = (0..<Int.random(in: 1...16, using: &random)).map { $0 }
            let packet = UInt8.random(in: 0...255, using: &random)
            let bundle = CommandBundle(newest: tick, packet: packet, view: nil, commands: commands)
            if let bundle { queue.receive(bundle, at: now) }
            _ = queue.take(tick, at: now)
            ticks += 1
            _ = queue.takeReport()
            #expect(queue.statistics.onTime <= ticks)
        }
    }
}
