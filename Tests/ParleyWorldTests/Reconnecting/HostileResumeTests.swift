import ParleyDatagrams
import ParleyProtocol
import ParleySockets
import ParleyWorld
import TestNetworks
import TestSupport
import Testing

/// Which clients may resume a session, and which may not.
@Suite(.timeLimit(.minutes(5)), .everyNetwork) struct HostileResumeTests {
    /// A player that joined, received the notice of joining, and lost the connection.
    private static func away(
        _ server: GameServer<WalkWorld>, _ addresses: ServerAddresses
    ) async throws -> ServerWelcome {
        let (player, welcome) = try await RawPlayer.joined(addresses)
        #expect(try await player.notices(1) == ["welcome"])
        await player.connection.abort()
        try await until { await server.statistics.away == 1 }
        return welcome
    }

    /// The two events after a player has joined.
    private static func eventsAfterJoining(
        in events: AsyncStream<ServerEvent>
    ) async -> (ServerEvent?, ServerEvent?) {
        _ = await events.first { if case .playerJoined = $0 { true } else { false } }
        let first = await events.first { _ in true }
        return (first, await events.first { _ in true })
    }

    @Test func theRightSecretResumesTheSessionWithItsMissedNotices() async throws {
        let world = WalkWorld()
        try await serving(world) { server, addresses in
            let welcome = try await Self.away(server, addresses)
            for text in ["one", "two"] { await world.say(text, to: .all) }
            try await until { await server.statistics.notices == 3 }
            let back = try await RawPlayer.resuming(addresses, welcome, notices: 1)
            #expect(try await back.resumed().requests == 0)
            #expect(try await back.notices(2) == ["one", "two"])
            try await back.request("three")
            #expect(try await back.notices(1) == ["three"])
            let statistics = await server.statistics
            #expect(statistics.players == 1 && statistics.away == 0 && statistics.returns == 1)
            #expect(await world.leaves.isEmpty)
            #expect(await world.state.places.count == 1)
        }
    }

    @Test func wrongSecretsAreRefusedAndTheSeatStays() async throws {
        // Long enough for seven connections on the slowest machine.
        try await serving(configure: {
            $0.reconnectGrace = .seconds(600)
            $0.playerTimeout = .seconds(600)
        }) { server, addresses in
            let (other, otherWelcome) = try await RawPlayer.joined(addresses, as: "Other")
            let welcome = try await Self.away(server, addresses)
            var wrongSecret = welcome
            wrongSecret.secret = ResumeSecret(seed: 1)
            var foreignSecret = welcome
            foreignSecret.secret = otherWelcome.secret
            var nobody = welcome
            nobody.player = PlayerID(rawValue: 4_000_000_000)
            for (claim, attempt, notices, schema) in [
                (wrongSecret, 1, 1, nil), (foreignSecret, 1, 1, nil), (nobody, 1, 1, nil),
                (welcome, 0, 1, nil), (welcome, 1, 2, nil), (welcome, 1, .max, nil),
                (welcome, 1, 1, 77),
            ] as [(ServerWelcome, UInt32, UInt64, UInt64?)] {
                let thief = try await RawPlayer.resuming(
                    addresses, claim, attempt: attempt, notices: notices, schema: schema)
                #expect(try await thief.goodbye()?.code == .notResumed)
            }
            #expect(await server.statistics.away == 1)
            try await other.request("still there")
            let back = try await RawPlayer.resuming(addresses, welcome, notices: 1)
            _ = try await back.resumed()
        }
    }

    @Test func theOldConnectionIsReplacedAndIgnored() async throws {
        let world = WalkWorld()
        try await serving(world) { server, addresses in
            let (old, welcome) = try await RawPlayer.joined(addresses)
            try await old.request("first")
            #expect(try await old.notices(2) == ["welcome", "first"])
            let new = try await RawPlayer.resuming(addresses, welcome, notices: 2)
            #expect(try await new.resumed().requests == 1)
            #expect(try await old.goodbye()?.code == .replaced)
            try? await old.request("from the grave")
            try await new.request("second")
            #expect(try await new.notices(1) == ["second"])
            #expect(await world.requests == ["first", "second"])
            #expect(await server.statistics.players == 1)
        }
    }

    @Test func twoResumesAtOnceLeaveOneConnection() async throws {
        try await serving { server, addresses in
            let (_, welcome) = try await RawPlayer.joined(addresses)
            let first = try await RawPlayer.resuming(addresses, welcome, attempt: 1, notices: 1)
            let second = try await RawPlayer.resuming(addresses, welcome, attempt: 2, notices: 1)
            // The second is the newer one, whichever came first.
            _ = try await second.resumed()
            let code = try await first.goodbye()?.code
            #expect(code == .replaced || code == .notResumed)
            let late = try await RawPlayer.resuming(addresses, welcome, attempt: 1, notices: 1)
            #expect(try await late.goodbye()?.code == .notResumed)
            try await second.request("mine")
            #expect(try await second.notices(1) == ["mine"])
            #expect(await server.statistics.players == 1)
        }
    }

    /// An answer that is lost takes the new secret with it.
    @Test func theSecretBeforeIsValidUntilTheNewOneIsUsed() async throws {
        try await serving { server, addresses in
            let welcome = try await Self.away(server, addresses)
            func resuming(_ secret: ResumeSecret, _ attempt: UInt32) async throws -> RawPlayer {
                var claim = welcome
                claim.secret = secret
                return try await RawPlayer.resuming(
                    addresses, claim, attempt: attempt, notices: 1)
            }
            let lost = try await resuming(welcome.secret, 1).resumed()
            let answer = try await resuming(welcome.secret, 2).resumed()
            #expect(lost.secret != answer.secret)
            // The secret of the answer that was lost is nobody's any more.
            #expect(try await resuming(lost.secret, 3).goodbye()?.code == .notResumed)
            let newest = try await resuming(answer.secret, 4).resumed()
            // The client has used the new one, so the first is over.
            #expect(try await resuming(welcome.secret, 5).goodbye()?.code == .notResumed)
            _ = try await resuming(newest.secret, 6).resumed()
        }
    }

    @Test func aFloodOfWrongResumesCostsOthersNothing() async throws {
        try await serving { server, addresses in
            let welcome = try await Self.away(server, addresses)
            var wrong = welcome
            for guess in 0..<50 as Range<UInt64> {
                wrong.secret = ResumeSecret(seed: guess)
                let thief = try await RawPlayer.resuming(addresses, wrong, notices: 1)
                #expect(try await thief.goodbye()?.code == .notResumed)
            }
            #expect(await server.statistics.refusals == 50)
            let back = try await RawPlayer.resuming(addresses, welcome, notices: 1)
            _ = try await back.resumed()
        }
    }

    /// Each return may have everything that is kept sent again.
    @Test func repeatedResumesAreLimited() async throws {
        try await serving { server, addresses in
            let welcome = try await Self.away(server, addresses)
            var codes: [GoodbyeCode?] = []
            for attempt in 1...40 as ClosedRange<UInt32> {
                let player = try await RawPlayer.resuming(
                    addresses, welcome, attempt: attempt, notices: 0)
                if case .goodbye(let goodbye)? = try await player.next() {
                    codes.append(goodbye.code)
                }
            }
            #expect(!codes.isEmpty)
            #expect(codes.allSatisfy { $0 == .refused })
            #expect(await server.statistics.returns >= 10)
            #expect(await server.statistics.players == 1)
        }
    }

    @Test func aPlayerThatLeftOrWasKickedIsNotResumed() async throws {
        try await serving { server, addresses in
            let (player, welcome) = try await RawPlayer.joined(addresses)
            try await player.connection.send(ClientMessage.leaving)
            #expect(await server.events.nextLeave() == .left)
            let ghost = try await RawPlayer.resuming(addresses, welcome, notices: 1)
            #expect(try await ghost.goodbye()?.code == .notResumed)
            let kicked = try await Self.away(server, addresses)
            await server.kick(kicked.player, because: "enough")
            #expect(await server.events.nextLeave() == .kicked("enough"))
            let late = try await RawPlayer.resuming(addresses, kicked, notices: 1)
            #expect(try await late.goodbye()?.code == .notResumed)
        }
    }

    @Test func aPlayerThatDoesNotReturnLeavesOnceForTheFirstReason() async throws {
        let world = WalkWorld()
        try await serving(world, configure: { $0.reconnectGrace = .milliseconds(300) }) {
            server, addresses in
            let (player, welcome) = try await RawPlayer.joined(addresses)
            await player.connection.abort()
            let (first, last) = await Self.eventsAfterJoining(in: server.events)
            #expect(first == .playerDisconnected(Player(id: welcome.player, name: "Raw")))
            #expect(last == .playerLeft(Player(id: welcome.player, name: "Raw"), .connectionLost))
            try await until { await world.leaves[welcome.player] == .connectionLost }
            #expect(await server.statistics.departures == 1)
            let late = try await RawPlayer.resuming(addresses, welcome, notices: 1)
            #expect(try await late.goodbye()?.code == .notResumed)
        }
    }

    @Test func aSilentPlayerIsDisconnectedFirst() async throws {
        let world = WalkWorld()
        try await serving(
            world,
            configure: {
                $0.playerTimeout = .milliseconds(500)
                $0.reconnectGrace = .seconds(1)
            }
        ) { server, addresses in
            let (silent, welcome) = try await RawPlayer.joined(addresses)
            // No goodbye: a client that sees the end should reconnect.
            #expect(try await silent.goodbye() == nil)
            let (first, last) = await Self.eventsAfterJoining(in: server.events)
            #expect(first == .playerDisconnected(Player(id: welcome.player, name: "Raw")))
            #expect(last == .playerLeft(Player(id: welcome.player, name: "Raw"), .idle))
            #expect(await server.statistics.departures == 1)
        }
    }

    @Test func theNameOfADisconnectedPlayerStaysReserved() async throws {
        try await serving { server, addresses in
            _ = try await Self.away(server, addresses)
            let (_, second) = try await RawPlayer.joined(addresses)
            #expect(second.name == "Raw 2")
        }
    }

    @Test func aClientThatMissedMoreThanIsKeptIsNotResumed() async throws {
        let world = WalkWorld()
        try await serving(world, configure: { $0.maximumResendBytes = 1_000 }) {
            server, addresses in
            _ = try await Self.away(server, addresses)
            for _ in 0..<3 { await world.say(String(repeating: "x", count: 400), to: .all) }
            #expect(await server.events.nextLeave() == .connectionLost)
        }
    }

    @Test func aStoppingServerRemovesDisconnectedPlayersToo() async throws {
        let world = WalkWorld()
        let welcome = try await serving(world) { server, addresses in
            let welcome = try await Self.away(server, addresses)
            _ = try await RawPlayer.resuming(addresses, welcome, notices: 1)
            return welcome
        }
        #expect(await world.leaves == [welcome.player: .serverStopping])
    }

    @Test func withoutGraceNoPlayerIsResumed() async throws {
        try await serving(configure: { $0.reconnectGrace = .zero }) { server, addresses in
            let (_, welcome) = try await RawPlayer.joined(addresses)
            let thief = try await RawPlayer.resuming(addresses, welcome, notices: 1)
            #expect(try await thief.goodbye()?.code == .notResumed)
            #expect(await server.statistics.players == 1)
        }
    }

    @Test(arguments: [[4], [4, 2, 0, 1], [4, 2, 0, 0, 0, 0, 0, 1]] as [[UInt8]])
    func aBrokenResumeIsAViolation(bytes: [UInt8]) async throws {
        try await serving { _, addresses in
            let player = try await RawPlayer(addresses)
            try await player.send(bytes)
            #expect(try await player.goodbye()?.code == .protocolViolation)
            let (twice, welcome) = try await RawPlayer.joined(addresses)
            let resume = SessionResume(
                player: welcome.player, secret: welcome.secret, attempt: 1, notices: 0,
                random: twice.random, game: "walk")
            try await twice.connection.send(ClientMessage.resume(encoding: resume))
            #expect(try await twice.goodbye()?.code == .protocolViolation)
        }
    }

    /// Requests made during an outage arrive all at once, and do not count as a flood.
    @Test func manyRequestsAfterAReturnWaitTheirTurn() async throws {
        let world = WalkWorld()
        try await serving(world, configure: { $0.maximumRequestsPerSecond = 100 }) {
            server, addresses in
            let welcome = try await Self.away(server, addresses)
            let back = try await RawPlayer.resuming(addresses, welcome, notices: 1)
            for number in 0..<300 { try await back.request("\(number)") }
            try await until { await world.requests.count == 300 }
            #expect(await world.requests == (0..<300).map(String.init))
            #expect(await server.statistics.players == 1)
        }
    }
}
