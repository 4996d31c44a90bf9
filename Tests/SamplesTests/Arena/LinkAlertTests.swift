import Parley
import SampleSupport
import Testing

@testable import arena

@Suite struct LinkAlertTests {
    private static let began = NetworkInstant(nanoseconds: 4_000_000_000)

    private func text(
        _ state: ClientConnectionState, after duration: Duration = .zero, hasFrame: Bool = true
    ) -> String? {
        LinkAlert(state: state, server: Endpoint(port: 9099), hasFrame: hasFrame)
            .text(at: Self.began.advanced(by: duration))
    }

    @Test func joiningSaysWhatItDoesAndForHowLong() {
        #expect(
            text(.joining(.resolving, since: Self.began), after: .seconds(2))
                == "looking up localhost … 2 s")
        #expect(
            text(.joining(.connecting, since: Self.began), after: .seconds(9.5))
                == "connecting to localhost:9099 … 9 s")
        #expect(
            text(.joining(.waitingForServer, since: Self.began), after: .seconds(1))
                == "connected to localhost:9099, no answer for 1 s")
    }

    @Test func aGameThatGoesOnHasNoText() {
        #expect(text(.playing, hasFrame: false) == "waiting for the first snapshot …")
        #expect(text(.playing) == nil)
    }

    @Test func aServerThatIsNotHeardIsSaidAtOnce() {
        #expect(text(.silent(since: Self.began), after: .seconds(1)) == "no answer for 1 s")
        #expect(text(.silent(since: Self.began), after: .seconds(9.9)) == "no answer for 9 s")
    }

    @Test func blockedUDPIsNamed() {
        #expect(
            text(.playingOverTCP(since: Self.began), after: .seconds(3))
                == "playing over TCP for 3 s: UDP is blocked")
    }

    @Test func aLostConnectionIsSaidAtOnce() {
        #expect(
            text(.reconnecting(since: Self.began)) == "connection lost 0 s ago, reconnecting …")
        #expect(text(.ended) == "the session has ended")
    }
}
