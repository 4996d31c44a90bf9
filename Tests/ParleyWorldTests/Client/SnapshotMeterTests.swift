import ParleyProtocol
import ParleyWorld
import Testing

@Suite struct SnapshotMeterTests {
    private func meter() -> SnapshotMeter {
        SnapshotMeter(cadence: SnapshotCadence(tickRate: 60, snapshotRate: 20))
    }

    @Test func missingSnapshotsAreCounted() {
        var meter = meter()
        let orders = [30, 33, 39, 36, 39, 60].map { number in
            meter.receive(Tick(number: UInt32(number)), at: .zero)
        }
        #expect(orders == [.newest, .newest, .newest, .late, .late, .newest])
        #expect(meter.count == 4)
        #expect(meter.late == 2)
        // 36, which came too late, and 42 to 57.
        #expect(meter.lost == 7)
    }

    /// One forged snapshot must not make all later ones late.
    @Test func aSnapshotFromTheFarFutureIsRefused() {
        var meter = meter()
        let orders = ([30, 33, .max, 36, 39] as [UInt32]).enumerated().map { index, number in
            meter.receive(Tick(number: number), at: .milliseconds(50 * index))
        }
        #expect(orders == [.newest, .newest, .impossible, .newest, .newest])
        #expect(meter.late == 0)
        #expect(meter.newest == Tick(number: 39))
    }

    @Test func severalPacketsOfATickAreOneSnapshot() {
        var meter = meter()
        for number in [30, 30, 33, 33, 33] as [UInt32] {
            meter.receivePart(of: Tick(number: number))
        }
        #expect(meter.count == 2)
        #expect(meter.late == 0 && meter.lost == 0)
    }
}
