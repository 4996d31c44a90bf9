import ParleyProtocol
import Testing

@Suite struct TickGateTests {
    private func gate() -> TickGate {
        var gate = TickGate(tickRate: 60)
        for count in 0..<100 { _ = gate.admits(tick(count), at: time(count)) }
        return gate
    }

    private func tick(_ count: Int) -> Tick { Tick(number: UInt32(1_000 + 3 * count)) }
    private func time(_ count: Int) -> Duration { .milliseconds(50) * count }

    @Test func aTickFromTheFarFutureIsRefusedAndChangesNothing() {
        var gate = gate()
        for forged in [.max, 1_000_000, 1_297 + 130] as [UInt32] {
            let isAdmitted = gate.admits(Tick(number: forged), at: time(99))
            #expect(!isAdmitted)
        }
        for count in 100..<200 {
            let isAdmitted = gate.admits(tick(count), at: time(count))
            #expect(isAdmitted)
        }
    }

    @Test func forgedTicksBetweenRealOnesAreAlwaysRefused() {
        var gate = gate()
        for count in 100..<200 {
            let isForgedAdmitted = gate.admits(Tick(number: 900_000), at: time(count))
            let isAdmitted = gate.admits(tick(count), at: time(count))
            #expect(!isForgedAdmitted && isAdmitted)
        }
    }

    @Test func oldTicksAndTicksAfterAPauseAreAdmitted() {
        var gate = gate()
        let isOldAdmitted = gate.admits(Tick(number: 1), at: time(100))
        // The server stood still for a minute, and goes on where it was.
        let isLateAdmitted = gate.admits(tick(100), at: .seconds(65))
        let isNextAdmitted = gate.admits(tick(101), at: .milliseconds(65_050))
        #expect(isOldAdmitted && isLateAdmitted && isNextAdmitted)
    }

    @Test func aStoppedClockBelievesThreeTicksThatAgree() {
        var gate = gate()
        // A minute of the server's passed, and none here.
        let admitted = (0..<5).map { gate.admits(tick(1_300 + $0), at: time(100 + $0)) }
        #expect(admitted == [false, false, true, true, true])
    }
}
