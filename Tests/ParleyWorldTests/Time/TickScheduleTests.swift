import ParleyProtocol
import ParleySockets
import ParleyWorld
import Testing

@Suite struct TickScheduleTests {
    private func at(_ milliseconds: Int64) -> NetworkInstant {
        NetworkInstant(nanoseconds: milliseconds * 1_000_000)
    }

    @Test func nothingIsDueBeforeTheFirstDeadline() {
        var schedule = TickSchedule(rate: 10, maximumCatchUp: 4, start: at(1_000))
        #expect(schedule.nextDeadline == at(1_100))
        #expect(schedule.dueSteps(at: at(1_099)).steps == 0)
        #expect(schedule.nextDeadline == at(1_100))
    }

    @Test func aStepOnTimeIsOneStep() {
        var schedule = TickSchedule(rate: 10, maximumCatchUp: 4, start: at(0))
        #expect(schedule.dueSteps(at: at(100)) == .init(steps: 1, skipped: 0, lateness: .zero))
        #expect(schedule.nextDeadline == at(200))
    }

    @Test func lateStepsRunAtOnceAndTheGridStays() {
        var schedule = TickSchedule(rate: 10, maximumCatchUp: 4, start: at(0))
        let due = schedule.dueSteps(at: at(350))
        #expect(due == .init(steps: 3, skipped: 0, lateness: .milliseconds(250)))
        #expect(schedule.nextDeadline == at(400))
    }

    @Test func stepsBeyondTheBoundAreDroppedAndCounted() {
        var schedule = TickSchedule(rate: 10, maximumCatchUp: 4, start: at(0))
        let due = schedule.dueSteps(at: at(2_030))
        #expect(due == .init(steps: 4, skipped: 16, lateness: .milliseconds(1_930)))
        #expect(schedule.nextDeadline == at(2_100))
        #expect(schedule.dueSteps(at: at(2_100)).steps == 1)
    }

    @Test(arguments: [1, 3, 7, 20, 30, 60, 64, 144, 999])
    func anHourHasExactlyItsSteps(rate: Int) {
        var schedule = TickSchedule(rate: rate, maximumCatchUp: 4, start: at(12_345))
        var steps = 0
        let end = at(12_345 + 3_600_000)
        // Every deadline as it comes for ten seconds, then one jump to the end.
        for _ in 0..<(rate * 10) {
            steps += schedule.dueSteps(at: schedule.nextDeadline).steps
        }
        #expect(steps == rate * 10)
        let rest = schedule.dueSteps(at: end)
        #expect(steps + rest.steps + rest.skipped == rate * 3_600)
    }
}

@Suite struct SnapshotCadenceTests {
    @Test(arguments: [(60, 20), (60, 60), (30, 20), (64, 20), (20, 60), (1, 1), (60, 7)])
    func aSecondHasItsSnapshots(tickRate: Int, snapshotRate: Int) {
        let cadence = SnapshotCadence(tickRate: tickRate, snapshotRate: snapshotRate)
        for second in 0..<5 {
            let ticks = (second * tickRate + 1)...((second + 1) * tickRate)
            let due = ticks.filter { cadence.isDue(at: Tick(number: UInt32($0))) }
            #expect(due.count == min(tickRate, snapshotRate))
        }
    }

    /// Groups of players share the ticks between two snapshots, and each player has one in each time.
    @Test(arguments: [(60, 20), (60, 60), (30, 10), (64, 20), (20, 60)])
    func playersAreSpreadOverTheTicks(tickRate: Int, snapshotRate: Int) {
        let cadence = SnapshotCadence(tickRate: tickRate, snapshotRate: snapshotRate)
        let players = (1...960 as ClosedRange<UInt32>).map { PlayerID(rawValue: $0) }
        var counts = [Int](repeating: 0, count: players.count)
        var largest = 0
        for number in 1...UInt32(tickRate) {
            let before = Tick(number: number - 1)
            let due = players.filter { cadence.isDue($0, at: Tick(number: number), since: before) }
            for player in due { counts[Int(player.rawValue) - 1] += 1 }
            largest = max(largest, due.count)
        }
        #expect(Set(counts) == [min(tickRate, snapshotRate)])
        let spreads = tickRate % snapshotRate == 0
        #expect(largest <= (spreads ? 960 * snapshotRate / tickRate + 16 : 960))
    }

    /// The few players of a small game are due together, in the ticks in which plain clients are.
    @Test func fewPlayersAreDueTogether() {
        let cadence = SnapshotCadence(tickRate: 60, snapshotRate: 20)
        for number in 1...60 as ClosedRange<UInt32> {
            let (tick, before) = (Tick(number: number), Tick(number: number - 1))
            for player in 1...15 as ClosedRange<UInt32> {
                let isDue = cadence.isDue(PlayerID(rawValue: player), at: tick, since: before)
                #expect(isDue == cadence.isDue(at: tick))
            }
        }
    }

    /// A broadcaster that has skipped ticks still owes a snapshot to all players due in them.
    @Test func aSkippedPlayerStaysDue() {
        let cadence = SnapshotCadence(tickRate: 60, snapshotRate: 20)
        let players = (1...96 as ClosedRange<UInt32>).map { PlayerID(rawValue: $0) }
        for served in 100..<106 as Range<UInt32> {
            for late in 1...6 as ClosedRange<UInt32> {
                let missed = players.filter { player in
                    (served + 1...served + late).contains { number in
                        cadence.isDue(
                            player, at: Tick(number: number), since: Tick(number: number - 1))
                    }
                }
                let due = players.filter {
                    cadence.isDue(
                        $0, at: Tick(number: served + late), since: Tick(number: served))
                }
                #expect(due == missed)
                #expect(late < 3 || due.count == players.count)
            }
        }
    }

    @Test func tickZeroHasNoSnapshot() {
        #expect(!SnapshotCadence(tickRate: 60, snapshotRate: 20).isDue(at: Tick(number: 0)))
    }
}
