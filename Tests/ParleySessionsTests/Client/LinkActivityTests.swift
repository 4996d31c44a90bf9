import ParleySessions
import ParleySockets
import Testing

/// What a player is told from what was heard, and when.
@Suite struct LinkActivityTests {
    private func at(_ milliseconds: Int64) -> NetworkInstant {
        NetworkInstant(nanoseconds: milliseconds * 1_000_000)
    }

    /// A session that began at 0, after a wait of 50 ms for the welcome.
    private func began(after wait: Duration = .milliseconds(50)) -> LinkActivity {
        LinkActivity(since: at(0), after: wait)
    }

    @Test func aServerThatAnswersIsPlayedOn() {
        var activity = began()
        #expect(activity.state(at: at(999)) == .playing)
        activity.hearDatagram(at: at(100))
        #expect(activity.state(at: at(1_099)) == .playing)
        #expect(activity.silence(at: at(1_099)) == .milliseconds(999))
    }

    @Test func nothingAtAllIsSilence() {
        var activity = began()
        activity.hearDatagram(at: at(100))
        activity.hearMessage(at: at(200))
        #expect(activity.state(at: at(1_199)) == .playing)
        #expect(activity.state(at: at(1_200)) == .silent(since: at(200)))
        #expect(activity.datagramSilence(at: at(1_200)) == .milliseconds(1_100))
    }

    @Test func noDatagramAfterTheWelcomeIsSaidAfterASecond() {
        let activity = began()
        #expect(activity.state(at: at(1_000)) == .playingOverTCP(since: at(0)))
        #expect(activity.state(at: at(60_000)) == .playingOverTCP(since: at(0)))
    }

    /// The first answer to a ping takes as long as the welcome did.
    @Test func aLongWayIsGivenItsTime() {
        let activity = began(after: .milliseconds(1_300))
        #expect(activity.state(at: at(1_799)) == .silent(since: at(0)))
        #expect(activity.state(at: at(1_800)) == .playingOverTCP(since: at(0)))
    }

    @Test func messagesWithoutDatagramsMeanThatUDPIsBlocked() {
        var activity = began()
        activity.hearDatagram(at: at(100))
        for time in stride(from: 150, through: 550, by: 100) {
            activity.hearMessage(at: at(Int64(time)))
        }
        #expect(activity.state(at: at(1_000)) == .playing)
        activity.hearMessage(at: at(650))
        #expect(activity.state(at: at(1_149)) == .playing)
        #expect(activity.state(at: at(1_150)) == .playingOverTCP(since: at(100)))
        // One that gets through ends it.
        activity.hearDatagram(at: at(1_200))
        #expect(activity.state(at: at(1_201)) == .playing)
    }

    /// A message is the first to come from a server that stood still; the datagrams follow.
    @Test func aServerThatStoodStillIsNotBlocked() {
        var activity = began()
        activity.hearDatagram(at: at(100))
        activity.hearMessage(at: at(110))
        #expect(activity.state(at: at(3_000)) == .silent(since: at(110)))
        activity.hearMessage(at: at(3_100))
        #expect(activity.state(at: at(3_120)) == .playing)
        activity.hearDatagram(at: at(3_130))
        #expect(activity.state(at: at(4_000)) == .playing)
    }

    /// Another network has its own firewall: datagrams get a second there.
    @Test func anotherConnectionBeginsAnew() {
        var activity = began()
        activity.hearDatagram(at: at(100))
        activity.reconnect(at: at(9_000), after: .milliseconds(50))
        #expect(activity.state(at: at(9_999)) == .playing)
        #expect(activity.state(at: at(10_000)) == .playingOverTCP(since: at(100)))
        activity.hearDatagram(at: at(10_001))
        #expect(activity.state(at: at(10_002)) == .playing)
    }

    /// A quiet server is asked over another connection. That UDP is blocked stays true meanwhile.
    @Test func anotherConnectionDoesNotHideThatUDPIsBlocked() {
        var activity = began()
        activity.reconnect(at: at(10_100), after: .milliseconds(50))
        #expect(activity.state(at: at(10_100)) == .playingOverTCP(since: at(0)))
    }
}
