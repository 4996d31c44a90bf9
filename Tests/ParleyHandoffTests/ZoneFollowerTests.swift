import ParleyHandoff
import Testing

/// The client's table of states and events.
@Suite struct ZoneFollowerTests {
    private let here = ZoneFollower.Source(process: north, epoch: source.epoch)
    private let there = ZoneFollower.Source(process: east, epoch: target.epoch)

    private func run(
        _ client: inout ZoneFollower,
        _ body: (inout ZoneFollower, inout [ZoneFollower.Effect]) -> Void
    ) -> [ZoneFollower.Effect] {
        var effects: [ZoneFollower.Effect] = []
        body(&client, &effects)
        return effects
    }

    private func resumed(
        _ epoch: Epoch, login: LoginNumber = login, firstNotice: UInt64 = 1, requests: UInt64 = 0
    ) -> TravelNotice {
        .resumed(
            SessionContinuation(
                epoch: epoch, login: login, requests: requests, firstNotice: firstNotice))
    }

    /// A client that plays in north.
    private func playing() -> ZoneFollower {
        var client = ZoneFollower(character, timings: timings, at: .zero)
        _ = run(&client) { $0.timeout(at: .zero, into: &$1) }
        _ = run(&client) { $0.receive(.admit(source, login), at: .zero, into: &$1) }
        _ = run(&client) { $0.receive(resumed(source.epoch), from: north, at: .zero, into: &$1) }
        return client
    }

    private func hears(
        _ client: inout ZoneFollower, _ source: ZoneFollower.Source, _ now: Duration
    ) -> Bool {
        client.hears(source, at: now)
    }

    private func counts(
        _ client: inout ZoneFollower, _ notice: UInt64, _ source: ZoneFollower.Source
    ) -> Bool {
        client.counts(notice: notice, from: source, at: .zero)
    }

    @Test func aClientLogsInAndPlays() {
        var client = ZoneFollower(character, timings: timings, at: .zero)
        #expect(run(&client) { $0.timeout(at: .zero, into: &$1) } == [.login])
        let joining = run(&client) { $0.receive(.admit(source, login), at: .zero, into: &$1) }
        #expect(joining == [.connect(north, .ticket, notices: 0)])
        let playing = run(&client) {
            $0.receive(resumed(source.epoch), from: north, at: .zero, into: &$1)
        }
        #expect(playing == [.listen(here), .resendRequests(after: 0)])
        #expect(client.isPlaying)
    }

    @Test func aClientCrosses() {
        var client = playing()
        let travel = run(&client) {
            $0.receive(.travel(destination), from: north, at: .zero, into: &$1)
        }
        #expect(travel == [.connect(east, .token(token), notices: 0)])
        #expect(hears(&client, here, .zero) && !hears(&client, there, .zero))
        let moved = run(&client) {
            $0.receive(resumed(target.epoch, requests: 3), from: east, at: .zero, into: &$1)
        }
        #expect(moved == [.listen(there), .resendRequests(after: 3)])
        #expect(hears(&client, there, .zero) && !hears(&client, here, .zero))
        // The source's last word comes late, and leads nowhere any more.
        #expect(
            run(&client) { $0.receive(.moved(destination), from: north, at: .zero, into: &$1) }
                .isEmpty)
        #expect(
            run(&client) { $0.receive(resumed(source.epoch), from: north, at: .zero, into: &$1) }
                .isEmpty)
    }

    @Test func noticesRiseByOne() {
        var client = playing()
        #expect(counts(&client, 1, here))
        #expect(!counts(&client, 1, here))
        #expect(!counts(&client, 3, here))
        #expect(!counts(&client, 2, there))
        #expect(counts(&client, 2, here))
        #expect(client.notices == 2)
    }

    @Test func missingNoticesEndTheSession() {
        var client = playing()
        let lost = run(&client) {
            $0.receive(resumed(target.epoch, firstNotice: 2), from: east, at: .zero, into: &$1)
        }
        #expect(lost == [.sessionLost])
        #expect(run(&client) { $0.timeout(at: .zero, into: &$1) } == [.login])
    }

    @Test func aSilentZoneMakesTheClientAsk() {
        var client = playing()
        #expect(run(&client) { $0.timeout(at: .seconds(2), into: &$1) }.isEmpty)
        #expect(run(&client) { $0.timeout(at: .seconds(3), into: &$1) } == [.locate(login)])
        // It was only late.
        #expect(hears(&client, here, .seconds(3)) && client.isPlaying)
    }

    @Test func aLostConnectionIsMadeAgain() {
        var client = playing()
        let again = run(&client) { $0.disconnected(from: north, at: .zero, into: &$1) }
        #expect(again == [.connect(north, .session, notices: 0)])
        #expect(run(&client) { $0.timeout(at: .milliseconds(500), into: &$1) } == again)
        #expect(run(&client) { $0.timeout(at: .seconds(3), into: &$1) } == [.locate(login)])
    }

    /// The process may be gone, and then the connection never comes back.
    @Test func aConnectionThatTriesToComeBackMakesTheClientAsk() {
        var client = playing()
        #expect(run(&client) { $0.interrupted(from: east, at: .zero, into: &$1) }.isEmpty)
        let asked = run(&client) { $0.interrupted(from: north, at: .zero, into: &$1) }
        #expect(asked == [.locate(login)])
        #expect(run(&client) { $0.interrupted(from: north, at: .zero, into: &$1) }.isEmpty)
        // It is back before the answer.
        #expect(hears(&client, here, .milliseconds(100)) && client.isPlaying)
    }

    @Test func aZoneThatSendsBackIsNotAskedWithoutEnd() {
        var client = playing()
        _ = run(&client) { $0.disconnected(from: north, at: .zero, into: &$1) }
        let first = run(&client) { $0.receive(.askWorld, from: north, at: .seconds(1), into: &$1) }
        #expect(first == [.locate(login)])
        _ = run(&client) { $0.receive(.admit(source, login), at: .seconds(1), into: &$1) }
        #expect(
            run(&client) { $0.receive(.askWorld, from: north, at: .seconds(1), into: &$1) }.isEmpty)
        #expect(client.nextTimeout == .seconds(1) + timings.clientInterval)
    }

    @Test func aSessionThatIsOverStaysOver() {
        var client = playing()
        #expect(run(&client) { $0.finish(.replaced, into: &$1) } == [.end(.replaced)])
        #expect(
            run(&client) { $0.receive(resumed(target.epoch), from: east, at: .zero, into: &$1) }
                .isEmpty)
        #expect(client.nextTimeout == nil)
    }

    @Test func anotherSessionsWordIsNotHeard() {
        var client = playing()
        let other = LoginNumber(rawValue: 9)
        #expect(
            run(&client) {
                $0.receive(resumed(target.epoch, login: other), from: east, at: .zero, into: &$1)
            }.isEmpty)
        #expect(client.current == here)
    }
}
