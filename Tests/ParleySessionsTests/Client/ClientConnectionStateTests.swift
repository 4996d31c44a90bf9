import ParleySessions
import ParleySockets
import Testing

/// The words for a player.
@Suite struct ClientConnectionStateTests {
    private static let began = NetworkInstant(nanoseconds: 4_000_000_000)

    private func text(_ state: ClientConnectionState, server: String? = nil) -> String {
        state.text(at: Self.began.advanced(by: .seconds(2.9)), server: server)
    }

    @Test func aStateSaysHowLongItHasLasted() {
        #expect(text(.joining(.resolving, since: Self.began)) == "looking up the server … 2 s")
        #expect(text(.joining(.connecting, since: Self.began)) == "connecting … 2 s")
        #expect(text(.silent(since: Self.began)) == "no answer for 2 s")
        #expect(
            text(.playingOverTCP(since: Self.began)) == "playing over TCP for 2 s: UDP is blocked")
        #expect(
            text(.reconnecting(since: Self.began)) == "connection lost 2 s ago, reconnecting …")
        #expect(text(.playing) == "playing")
        #expect(text(.ended) == "the session has ended")
    }

    @Test func joiningNamesTheServer() {
        let server = "ice.example:9099"
        #expect(
            text(.joining(.waitingForServer, since: Self.began), server: server)
                == "connected to ice.example:9099, no answer for 2 s")
        #expect(
            text(.joining(.connecting, since: Self.began), server: server)
                == "connecting to ice.example:9099 … 2 s")
    }

    @Test func aStateHasWordsWithoutTheTime() {
        #expect(
            "\(ClientConnectionState.playingOverTCP(since: Self.began))"
                == "playing over TCP: UDP is blocked")
        #expect("\(ClientConnectionState.joining(.connecting, since: Self.began))" == "connecting")
    }
}
