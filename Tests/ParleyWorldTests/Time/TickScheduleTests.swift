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

    @Test func whatIsBeyondTheBoundIsDroppedAndCounted() {
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

    @Test func tickZeroHasNone() {
        #expect(!SnapshotCadence(tickRate: 60, snapshotRate: 20).isDue(at: Tick(number: 0)))
    }
}
