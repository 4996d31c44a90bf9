import ParleyHandoff
import Testing

/// A zone's lease, and a world server's view of it.
@Suite struct LeaseTests {
    private func registered() -> ZoneLease {
        var lease = ZoneLease(zone: north.zone, mark: mark, timings: timings)
        _ = lease.due(at: .zero)
        lease.receive(
            ZoneAnswer(.register, north, mark: mark, isDone: true), at: .milliseconds(100))
        return lease
    }

    private func due(_ lease: inout ZoneLease, at now: Duration) -> OwnershipRequest? {
        lease.due(at: now)
    }

    @Test func aLeaseCountsFromTheSending() {
        var lease = registered()
        #expect(lease.process == north)
        #expect(due(&lease, at: .seconds(1)) == .beat(north, number: 2))
        // The answer takes three seconds, and the lease is three seconds older.
        lease.receive(ZoneAnswer(.beat, north, mark: 2, isDone: true), at: .seconds(4))
        #expect(!lease.isFrozen(at: .milliseconds(5_399)))
        #expect(lease.isFrozen(at: .milliseconds(5_400)))
    }

    @Test func durableCallsStopAtHalf() {
        let lease = registered()
        #expect(lease.allowsDurableCalls(at: .milliseconds(2_499)))
        #expect(!lease.allowsDurableCalls(at: .milliseconds(2_500)))
        #expect(!lease.isFrozen(at: .milliseconds(2_500)))
    }

    @Test func aFrozenZoneThaws() {
        var lease = registered()
        _ = lease.due(at: .seconds(5))
        #expect(lease.isFrozen(at: .seconds(5)))
        lease.receive(ZoneAnswer(.beat, north, mark: 2, isDone: true), at: .seconds(6))
        #expect(!lease.isFrozen(at: .seconds(6)))
    }

    @Test func aZoneThatIsGoneIsOver() {
        var lease = registered()
        _ = lease.due(at: .seconds(1))
        lease.receive(ZoneAnswer(.beat, north, mark: 2, isDone: false), at: .seconds(1))
        #expect(lease.isOver && lease.isFrozen(at: .seconds(1)))
        #expect(due(&lease, at: .seconds(9)) == nil)
    }

    @Test func sealingNeedsAWorldServerThatAnswers() {
        let lease = registered()
        #expect(lease.allowsSealing(at: .milliseconds(1_299)))
        #expect(!lease.allowsSealing(at: .milliseconds(1_300)))
    }

    @Test func anotherWorldServerIsTriedAfterItsPatience() {
        var lease = registered()
        _ = lease.due(at: .seconds(1))
        _ = lease.due(at: .seconds(2))
        #expect(lease.world == 0)
        _ = lease.due(at: .seconds(3))
        #expect(lease.world == 1)
    }

    /// The patience ends between two heartbeats.
    @Test func theNextWorldServerIsTriedAsSoonAsThePatienceIsOver() {
        var lease = registered()
        _ = lease.due(at: .seconds(1))
        #expect(lease.nextTimeout == .seconds(2))
        _ = lease.due(at: .seconds(2))
        #expect(lease.nextTimeout == .milliseconds(2_200))
        #expect(due(&lease, at: .milliseconds(2_200)) == .beat(north, number: 4))
        #expect(lease.world == 1)
        #expect(lease.nextTimeout == .milliseconds(3_200))
    }

    @Test func aWorldServerThatIsLostIsLeftAtOnce() {
        var lease = registered()
        _ = lease.due(at: .milliseconds(100))
        lease.receive(ZoneAnswer(.beat, north, mark: 2, isDone: true), at: .milliseconds(110))
        lease.leaveWorld(at: .milliseconds(300))
        #expect(lease.world == 1 && lease.nextTimeout == .milliseconds(300))
        #expect(due(&lease, at: .milliseconds(300)) == .beat(north, number: 3))
        // The heartbeat has no answer yet: no other one follows sooner than a repetition would.
        lease.leaveWorld(at: .milliseconds(310))
        #expect(lease.world == 2 && lease.nextTimeout == .milliseconds(550))
        lease.receive(ZoneAnswer(.beat, north, mark: 3, isDone: true), at: .milliseconds(320))
        #expect(!lease.isFrozen(at: .seconds(4)))
    }

    /// A registration that was granted early counts from its first try: its answer may be late.
    @Test func aRegistrationCountsFromItsFirstTry() {
        var lease = ZoneLease(zone: north.zone, mark: mark, timings: timings)
        for try_ in 0..<20 { _ = lease.due(at: .milliseconds(250 * try_)) }
        lease.receive(ZoneAnswer(.register, north, mark: mark, isDone: true), at: .seconds(5))
        #expect(lease.isFrozen(at: .seconds(5)))
    }

    @Test func aZoneIsGoneOnlyAfterTheWatch() {
        var watch = LeaseWatch(timings: timings)
        func look(_ beat: UInt64, _ at: Duration) -> [OwnershipRequest] {
            watch.observe([.init(north, .ready, beat: beat)], askedAt: at, at: at)
        }
        #expect(look(1, .zero).isEmpty)
        for second in 1...3 { #expect(look(1, .seconds(second)).isEmpty) }
        for second in 4...8 { #expect(look(2, .seconds(second)).isEmpty) }
        #expect(look(2, .milliseconds(9_049)).isEmpty)
        #expect(look(2, .milliseconds(9_050)) == [.retire(north, beat: 2)])
    }

    /// A world server that stood still has passed no heartbeat on meanwhile.
    @Test func aWorldServerThatStoodStillWatchesAnew() {
        var watch = LeaseWatch(timings: timings)
        func look(_ beat: UInt64, _ at: Duration) -> [OwnershipRequest] {
            watch.observe([.init(north, .ready, beat: beat)], askedAt: at, at: at)
        }
        #expect(look(1, .zero).isEmpty)
        for second in 20...25 { #expect(look(1, .seconds(second)).isEmpty) }
        #expect(look(1, .milliseconds(25_050)) == [.retire(north, beat: 1)])
    }

    /// The margins hold while both clocks' rates are within 6.8 % of the true one.
    @Test(arguments: [0.0, 0.05, 0.068])
    func aZoneFreezesBeforeItIsGivenAway(_ error: Double) {
        let zone = timings.freezeAfter / (1 - error)
        let world = timings.watchDuration / (1 + error)
        #expect(zone < world)
    }
}
