import ParleyDatagrams
import ParleyProtocol
import ParleySessions
import ParleySockets
import TestSupport
import Testing

/// The decisions of a client's session, without a network.
@Suite struct ClientSessionStateTests {
    private static let lost = ClientSessionError.connectionLost(.reset)

    private func at(_ milliseconds: Int64) -> NetworkInstant {
        NetworkInstant(nanoseconds: milliseconds * 1_000_000)
    }

    private func welcome(tickRate: UInt16 = 60) -> ServerMessage {
        .welcome(
            ServerWelcome(
                player: PlayerID(rawValue: 7), session: SessionNumber(rawValue: 1),
                random: SessionRandom(seed: 1), cipher: 0, secret: ResumeSecret(seed: 1),
                udpPort: 9, tickRate: tickRate, snapshotRate: 20, name: "Ann"))
    }

    private static func resumed(requests: UInt64, secret: UInt64 = 2) -> ServerMessage {
        .resumed(
            SessionResumed(
                requests: requests, random: SessionRandom(seed: 2),
                base: BaseEpochs(toServer: 0, toClient: 0), secret: ResumeSecret(seed: secret)))
    }

    private static let hello = ClientHello(
        game: "a game", name: "Ann", random: SessionRandom(seed: 1), schema: 5)

    /// A session that asked at 0 and began at 50 ms.
    private func begun() throws -> ClientSessionState {
        var state = ClientSessionState(ClientSessionConfiguration(), at: at(0))
        state.join(.waitingForServer, at: at(0))
        _ = try state.receive(welcome(), at: at(50))
        return state
    }

    /// A session that lost its connection at 2,000 ms and has asked to go on.
    private func resuming() throws -> ClientSessionState {
        var state = try begun()
        state.hearDatagram(at: at(1_990))
        try state.outage(after: Self.lost, at: at(2_000))
        var random = SeededGenerator(seed: 1)
        _ = try state.nextTry(at: at(2_000), random: &random)
        _ = try state.nextResume(of: Self.hello, random: SessionRandom(seed: 3), at: at(2_010))
        return state
    }

    @Test func eachStepOfJoiningIsShown() throws {
        var state = ClientSessionState(ClientSessionConfiguration(), at: at(3))
        #expect(state.connectionState(at: at(9)) == .joining(.resolving, since: at(3)))
        state.join(.connecting, at: at(10))
        #expect(state.connectionState(at: at(19)) == .joining(.connecting, since: at(10)))
        state.join(.waitingForServer, at: at(20))
        #expect(state.connectionState(at: at(99)) == .joining(.waitingForServer, since: at(20)))
        _ = try state.receive(welcome(), at: at(100))
        #expect(state.connectionState(at: at(101)) == .playing)
        state.end()
        #expect(state.connectionState(at: at(102)) == .ended)
    }

    @Test func aServerThatDoesNotAnswerTheHelloIsGivenUp() throws {
        var state = ClientSessionState(ClientSessionConfiguration(), at: at(0))
        state.join(.waitingForServer, at: at(500))
        #expect(try !state.check(4, at: at(10_499)).pings)
        #expect(throws: ClientSessionError.noAnswer(.seconds(10))) {
            try state.check(5, at: at(10_500))
        }
    }

    /// Once a second when all is well; each quarter of a second while an answer is missing.
    @Test func pingsAreUrgentUntilOneIsAnswered() throws {
        var state = try begun()
        #expect(try (1...4).allSatisfy { try state.check($0, at: at(60)).pings })
        state.pong(mark: state.meter.ping(at: at(60)), tick: Tick(number: 1), at: at(100))
        #expect(
            try (1...4).map { try state.check($0, at: at(110)).pings } == [
                false, false, false, true,
            ])
        #expect(try state.check(1, at: at(351)).pings)
    }

    @Test func messagesAloneDoNotCalmThePings() throws {
        var state = try begun()
        state.pong(mark: state.meter.ping(at: at(60)), tick: Tick(number: 1), at: at(100))
        _ = try state.receive(.notice(Datagram()), at: at(400))
        #expect(try state.check(1, at: at(410)).pings)
    }

    @Test func aSilentServerIsGivenUpOnce() throws {
        var state = try begun()
        #expect(try state.check(1, at: at(10_049)).interruption == nil)
        let interruption = try state.check(1, at: at(10_050)).interruption
        #expect(interruption == .serverSilent(.seconds(10)))
        try state.outage(after: try #require(interruption), at: at(10_051))
        #expect(state.connectionState(at: at(10_060)) == .reconnecting(since: at(10_051)))
        #expect(try state.check(1, at: at(10_300)).interruption == nil)
    }

    @Test func aResumedSessionSendsWhatTheServerMissed() throws {
        var state = try resuming()
        for byte in 1...3 as ClosedRange<UInt8> {
            _ = state.messages.queue(Datagram(bytes: [byte]))
        }
        guard
            case .resume(let missing, _) = try state.receive(
                Self.resumed(requests: 0), at: at(2_050))
        else {
            Issue.record("not resumed")
            return
        }
        #expect(Array(missing) == (1...3).map { Datagram(bytes: [$0]) })
        #expect(!state.isLost)
        #expect(state.connectionState(at: at(2_060)) == .playing)
    }

    @Test func aResumeSaysHowManyNoticesCame() throws {
        var state = try begun()
        for _ in 0..<3 { state.countNotice() }
        try state.outage(after: Self.lost, at: at(100))
        let random = SessionRandom(seed: 3)
        let first = try state.nextResume(of: Self.hello, random: random, at: at(100))
        #expect(first.notices == 3 && first.attempt == 1 && first.schema == 5)
        #expect(first.player == PlayerID(rawValue: 7))
        #expect(first.secret == ResumeSecret(seed: 1) && first.random == random)
        let second = try state.nextResume(of: Self.hello, random: random, at: at(200))
        #expect(second.attempt == 2 && second.secret == first.secret)
    }

    /// The answer that was received has the secret of the next resume, also after several that were lost.
    @Test func aResumeHasTheSecretOfTheNewestAnswer() throws {
        var state = try resuming()
        _ = try state.receive(Self.resumed(requests: 0, secret: 7), at: at(2_050))
        try state.outage(after: Self.lost, at: at(3_000))
        let random = SessionRandom(seed: 4)
        let next = try state.nextResume(of: Self.hello, random: random, at: at(3_000))
        #expect(next.secret == ResumeSecret(seed: 7))
        #expect(state.newestRandom == random)
    }

    /// Messages that the server must not send now, and the errors that end the connection.
    @Test func messagesInTheWrongStateAreViolations() throws {
        func violates(
            _ state: ClientSessionState, _ message: ServerMessage,
            _ line: SourceLocation = #_sourceLocation
        ) {
            var state = state
            let error = #expect(throws: ClientSessionError.self, sourceLocation: line) {
                _ = try state.receive(message, at: at(3_000))
            }
            guard case .protocolViolation? = error else {
                Issue.record("\(String(describing: error))", sourceLocation: line)
                return
            }
        }
        let fresh = ClientSessionState(ClientSessionConfiguration(), at: at(0))
        violates(fresh, .notice(Datagram()))
        violates(fresh, Self.resumed(requests: 0))
        violates(fresh, welcome(tickRate: 0))
        violates(fresh, welcome(tickRate: 1_001))
        violates(try begun(), welcome())
        violates(try begun(), Self.resumed(requests: 0))
        violates(try resuming(), welcome())
        violates(try resuming(), .notice(Datagram()))
    }

    @Test func aServerThatMissedTooMuchEndsTheSession() throws {
        var state = try resuming()
        let error = #expect(throws: ClientSessionError.self) {
            _ = try state.receive(Self.resumed(requests: 1), at: at(2_050))
        }
        guard case .goodbye(let goodbye)? = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(goodbye.code == .notResumed)
    }

    @Test func whatEndsASessionAndWhatDoesNot() throws {
        let kicked = ClientSessionError.goodbye(Goodbye(code: .kicked, text: "enough"))
        let over = ClientSessionError.goodbye(Goodbye(code: .notResumed, text: "it is over"))
        var state = try begun()
        #expect(throws: kicked) { try state.outage(after: kicked, at: at(100)) }
        // A try that fails is followed by another one.
        state = try resuming()
        try state.outage(after: Self.lost, at: at(2_100))
        try state.outage(after: .noAnswer(.seconds(2)), at: at(4_100))
        #expect(state.connectionState(at: at(4_200)) == .reconnecting(since: at(2_000)))
        // The server has no such session, for example because it was restarted.
        #expect(throws: over) { try state.outage(after: over, at: at(4_300)) }
        #expect("\(over)".hasSuffix("for too long (it is over)"))
        var random = SeededGenerator(seed: 1)
        let end = ClientSessionError.notReconnected(within: .seconds(30), after: Self.lost)
        #expect(throws: end) { try state.nextTry(at: at(32_000), random: &random) }
        #expect(
            "\(end)" == "the connection was lost, and 30.0 seconds of trying brought no other "
                + "(reset by the peer)")
    }

    @Test func aClientThatDoesNotReconnectEndsAtTheFirstLoss() throws {
        var configuration = ClientSessionConfiguration()
        configuration.reconnectsFor = .zero
        var state = ClientSessionState(configuration, at: at(0))
        _ = try state.receive(welcome(), at: at(50))
        #expect(throws: Self.lost) { try state.outage(after: Self.lost, at: at(100)) }
    }

    /// The server lets the player in again in the moment in which the client gives its try up.
    @Test func aTryGivenUpTooLateIsALossLikeAnyOther() throws {
        var state = try resuming()
        _ = try state.receive(Self.resumed(requests: 0), at: at(4_000))
        try state.outage(after: .noAnswer(.seconds(2)), at: at(4_010))
        #expect(state.connectionState(at: at(4_020)) == .reconnecting(since: at(4_010)))
        #expect(
            throws: ClientSessionError.notReconnected(within: .seconds(30), after: Self.lost)
        ) {
            var random = SeededGenerator(seed: 1)
            while true { _ = try state.nextTry(at: at(60_000), random: &random) }
        }
    }
}
