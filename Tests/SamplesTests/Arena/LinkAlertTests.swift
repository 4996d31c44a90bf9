import Parley
import SampleSupport
import Testing

@testable import Arena

@Suite struct LinkAlertTests {
    private static let server = Endpoint(port: 9099)
    private static let start = NetworkInstant(nanoseconds: 0)

    private func text(
        _ state: ClientConnectionState, after duration: Duration, newsAt news: Duration? = nil
    ) -> String? {
        var alert = LinkAlert(since: Self.start)
        if let news {
            alert.note(Tick(number: 7), at: Self.start.advanced(by: news))
            // The same tick again is no news.
            alert.note(Tick(number: 7), at: Self.start.advanced(by: duration))
        }
        return alert.text(state, Self.server, at: Self.start.advanced(by: duration))
    }

    @Test func joiningSaysForHowLong() {
        #expect(text(.joining, after: .zero) == "connecting to localhost:9099 … 0 s")
        #expect(text(.joining, after: .seconds(9.5)) == "connecting to localhost:9099 … 9 s")
        #expect(text(.playing, after: .seconds(3)) == "waiting for the first snapshot …")
    }

    @Test func silenceIsSaidWithinASecond() {
        #expect(text(.playing, after: .milliseconds(4_999), newsAt: .seconds(4)) == nil)
        #expect(text(.playing, after: .seconds(5), newsAt: .seconds(4)) == "no answer for 1 s")
        #expect(text(.playing, after: .seconds(13), newsAt: .seconds(4)) == "no answer for 9 s")
    }

    @Test func aSilentConnectionIsSaidAtOnce() {
        let silent = ClientConnectionState.silent(since: Self.start.advanced(by: .seconds(4)))
        #expect(text(silent, after: .seconds(5), newsAt: .seconds(5)) == "no answer for 1 s")
    }

    @Test func aLostConnectionIsSaidAtOnce() {
        let lost = ClientConnectionState.reconnecting(since: Self.start.advanced(by: .seconds(4)))
        #expect(
            text(lost, after: .seconds(4), newsAt: .seconds(4))
                == "connection lost 0 s ago, reconnecting …")
    }
}
