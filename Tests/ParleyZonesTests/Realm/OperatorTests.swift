import ParleyDatagrams
import ParleyHandoff
import ParleySecurity
import ParleySimulation
import ParleySockets
import ParleyStore
import ParleyWorld
import TestGames
import Testing

@testable import ParleyZones

/// What operators ask of a world server.
@Suite struct OperatorTests {
    private static let ann = CharacterReference("ann") ?? .number(CharacterID(rawValue: 0))

    @Test func anOperatorSeesTheRealm() throws {
        let (status, byName, byNumber, nobody) = try TestRealm.run(seed: 1) { realm in
            try await realm.play(as: "ann") { ann in
                try await realm.wait(for: ann, in: "west")
                try await realm.simulation.clock.sleep(for: .seconds(2))
                let number = CharacterReference.number(try #require(ann.character))
                return (
                    try await realm.command(.status), try await realm.command(.inspect(Self.ann)),
                    try await realm.command(.inspect(number)),
                    try await realm.command(.inspect(.number(CharacterID(rawValue: 99))))
                )
            }
        }
        guard case .status(let status) = status, case .character(let character) = byName else {
            Issue.record("\(status), \(byName)")
            return
        }
        #expect(status.zones.map(\.name) == ["east", "west"])
        #expect(status.zones.map(\.state) == ["ready", "ready"])
        #expect(status.zones.map(\.players) == [0, 1])
        #expect(status.clients == 1 && status.logins == 1 && status.droppedCalls == 0)
        #expect(character.place == "west, incarnation 1")
        #expect(character.access == "allowed" && character.isTaken)
        #expect(byNumber == byName)
        #expect(nobody == .refused("there is no character 99"))
    }

    @Test(arguments: [
        (OperatorCommand.kick(ann), RealmClientError.kicked),
        (OperatorCommand.ban(ann), RealmClientError.banned),
    ])
    func anOperatorEndsASession(command: OperatorCommand, ending: RealmClientError) throws {
        let (reply, error, again) = try TestRealm.run(seed: 1) { realm in
            let client = realm.client("ann")
            return try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await client.run() }
                try await realm.wait(for: client, in: "west")
                let reply = try await realm.command(command)
                var ended: RealmClientError?
                do { try await group.next() } catch { ended = error as? RealmClientError }
                try await realm.wait {
                    await realm.zone("west")?.world.characters.isEmpty == true
                }
                _ = try await realm.command(.pardon(Self.ann))
                let again = try await realm.play(as: "ann") { ann in
                    try await realm.wait(for: ann, in: "west")
                    return true
                }
                return (reply, ended, again)
            }
        }
        #expect(reply == .done)
        #expect(error == ending)
        #expect(again)
    }

    @Test func aBannedPlayerStaysOut() throws {
        let error = try TestRealm.run(seed: 1) { realm in
            try await realm.play(as: "ann") { try await realm.wait(for: $0, in: "west") }
            _ = try await realm.command(.ban(Self.ann))
            do {
                try await realm.client("ann").run()
                return nil as RealmClientError?
            } catch { return error as? RealmClientError }
        }
        #expect(error == .refused("this account is banned"))
    }

    /// The command is lost on its way to the zone, and said again.
    @Test(arguments: [1, 2, 3] as [UInt64])
    func anOperatorDrainsAZoneBeyondAPartition(seed: UInt64) throws {
        let (reply, zone) = try TestRealm.run(seed: seed) { realm in
            try await realm.play(as: "ann") { ann in
                try await realm.wait(for: ann, in: "west")
                try await realm.simulation.clock.sleep(for: .seconds(2))
                realm.cut(true, "world", "west")
                let reply = try await realm.command(.drain(try #require(ZoneName("west"))))
                try await realm.simulation.clock.sleep(for: .milliseconds(900))
                realm.cut(false, "world", "west")
                try await realm.wait {
                    ann.frame()?.zone.text == "east" || realm.simulation.elapsed > .seconds(60)
                }
                return (reply, ann.frame()?.zone.text)
            }
        }
        #expect(reply == .done)
        #expect(zone == "east")
    }

    @Test func aZoneThatIsNotThereCannotBeDrained() throws {
        let reply = try TestRealm.run(seed: 1) { realm in
            try await realm.command(.drain(try #require(ZoneName("moon"))))
        }
        #expect(reply == .refused("zone moon has no process that takes players"))
    }

    @Test func anOperatorMovesACharacter() throws {
        let (reply, place, out, nowhere) = try TestRealm.run(seed: 1) { realm in
            let east = try #require(ZoneName("east"))
            try await realm.play(as: "bob") { bob in
                try await realm.wait(for: bob, in: "west")
            }
            try await realm.wait { await realm.store.records.first?.place == nil }
            let bob = try await realm.command(
                .move(try #require(CharacterReference("bob")), east))
            return try await realm.play(as: "ann") { ann in
                try await realm.wait(for: ann, in: "west")
                let moon = try #require(ZoneName("moon"))
                let nowhere = try await realm.command(.move(Self.ann, moon))
                let reply = try await realm.command(.move(Self.ann, east))
                try await realm.wait(for: ann, in: "east")
                return (reply, ann.frame()?.zone.text, bob, nowhere)
            }
        }
        #expect(reply == .done && place == "east")
        #expect(out == .refused("bob is in no zone"))
        #expect(nowhere == .refused("zone moon has no process that takes players"))
    }

    /// Three times a state does not arrive. A release lets its player in again, and is not for those who are banned.
    @Test func anOperatorReleasesACharacterFromQuarantine() throws {
        let log = KeptLog()
        let (error, early, reply, isIn, banned) = try TestRealm.run(seed: 1, log: log) { realm in
            try await realm.play(as: "ann") { try await realm.wait(for: $0, in: "west") }
            let early = try await realm.command(.release(Self.ann))
            try await realm.wait { await realm.store.records.first?.place == nil }
            let character = try #require(await realm.store.records.first?.character)
            for zone in ["west", "east"] { await realm.zone(zone)?.world.refuse(character) }
            var ending: RealmClientError?
            do { try await realm.client("ann").run() } catch { ending = error as? RealmClientError }
            for zone in ["west", "east"] { await realm.zone(zone)?.world.allow(character) }
            let reply = try await realm.command(.release(Self.ann))
            let isIn = try await realm.play(as: "ann") { ann in
                try await realm.wait(for: ann, in: "west")
                return true
            }
            _ = try await realm.command(.ban(Self.ann))
            return (ending, early, reply, isIn, try await realm.command(.release(Self.ann)))
        }
        #expect(error == .quarantined)
        #expect(early == .refused("ann is not in quarantine") && early == banned)
        #expect(reply == .done && isIn)
        #expect(log.says("error characters were put into quarantine server=world:0"), "\(log.text)")
    }

    /// The model of a store has no file.
    @Test func aStoreWithoutAFileIsNotCopied() throws {
        let reply = try TestRealm.run(seed: 1) { realm in
            try await realm.command(.backUp(try #require(BackupName("monday.db"))))
        }
        #expect(
            reply
                == .refused(
                    "this store has tools of its own for that, such as pg_dump of PostgreSQL"))
        for name in ["", ".db", "a/b", "../a", "a b", String(repeating: "a", count: 65)] {
            #expect(BackupName(name) == nil, "\(name)")
        }
    }

    // MARK: Who may

    /// Another realm's keys give no commands here.
    @Test func otherKeysGiveNoCommands() throws {
        let (error, forbidden) = try TestRealm.run(seed: 1) { realm in
            let stranger = RealmOperator(
                realm.configuration, keys: RealmKeys(), links: .plain,
                network: realm.simulation.host("stranger"))
            let error = await #expect(throws: OperatorError.self) {
                try await stranger.ask(.kick(Self.ann))
            }
            return (error, await realm.world?.statistics.forbidden)
        }
        #expect(error == .noAnswer)
        #expect(forbidden ?? 0 > 0)
    }

    /// A server's certificate makes no operator.
    @Test func aZonesCertificateGivesNoCommands() throws {
        try TestRealm.run(seed: 1) { realm in
            let authority = try RealmAuthority()
            let zone = RealmOperator(
                realm.configuration, keys: realm.keys,
                links: .certified(try authority.issue("zone:west")),
                network: realm.simulation.host("stranger"))
            await #expect(throws: PeerCredentialsError.self) { try await zone.ask(.status) }
        }
    }

    @Test func commandsOfAnotherTimeOrForAnotherServerAreNone() throws {
        let keys = RealmKeys()
        let envelope = OperatorEnvelope(.kick(Self.ann), number: 7, second: 1_000)
        let sealed = try #require(envelope.sealed(by: keys, for: 0))
        #expect(OperatorEnvelope(opening: sealed, by: keys, for: 0, at: 1_060) == envelope)
        #expect(OperatorEnvelope(opening: sealed, by: keys, for: 0, at: 940) == envelope)
        #expect(OperatorEnvelope(opening: sealed, by: keys, for: 0, at: 1_061) == nil)
        #expect(OperatorEnvelope(opening: sealed, by: RealmKeys(), for: 0, at: 1_000) == nil)
        // Another world server has not seen the number: it takes no command for this one.
        #expect(OperatorEnvelope(opening: sealed, by: keys, for: 1, at: 1_000) == nil)
        // An answer is no command.
        let answer = try #require(OperatorAnswer(.reply(.done), to: 7).sealed(by: keys))
        #expect(OperatorEnvelope(opening: answer, by: keys, for: 0, at: 1_000) == nil)
        #expect(OperatorAnswer(opening: answer, by: keys) == OperatorAnswer(.reply(.done), to: 7))
    }

    /// Whoever records a command and sends it again gets the first answer.
    @Test func aRepetitionIsCarriedOutOnce() throws {
        let (logins, answers) = try TestRealm.run(seed: 1) { realm in
            try await realm.play(as: "ann") { try await realm.wait(for: $0, in: "west") }
            let host = realm.simulation.host("operator")
            let date = UInt64(max(0, host.nextSocketLoop().machine.date))
            let basis = OperatorBasis.row(LoginNumber(rawValue: 1), epoch: "")
            let envelope = OperatorEnvelope(.kick(Self.ann), on: basis, number: 7, second: date)
            let sealed = try #require(envelope.sealed(by: realm.keys, for: 0))
            let world = PeerPlace(.world(0), host: "world", port: 9_100)
            let node = PeerNode(
                PeerNodeConfiguration(.supervisor, places: [world]), network: host)
            return try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await node.run() }
                defer { group.cancelAll() }
                var logins = [await realm.store.records.map(\.login.rawValue)]
                var answers: [OperatorAnswer?] = []
                var received = node.received.makeAsyncIterator()
                for _ in 0..<2 {
                    while node.statistics.links == 0 {
                        node.send(.operate(sealed), to: .world(0))
                        try await realm.simulation.clock.sleep(for: .milliseconds(50))
                    }
                    node.send(.operate(sealed), to: .world(0))
                    var answer: OperatorAnswer?
                    repeat {
                        guard case .operated(let sealed) = await received.next()?.message else {
                            break
                        }
                        answer = OperatorAnswer(opening: sealed, by: realm.keys)
                    } while answer?.content == .underWay
                    answers.append(answer)
                    logins.append(await realm.store.records.map(\.login.rawValue))
                }
                return (logins, answers)
            }
        }
        let done = OperatorAnswer(.reply(.done), to: 7)
        #expect(answers == [done, done])
        #expect(logins == [[1], [2], [2]])
    }

    @Test func commandsSurviveTheirBytes() throws {
        let west = try #require(ZoneName("west"))
        let seven = CharacterReference.number(CharacterID(rawValue: 7))
        let commands: [OperatorCommand] = [
            .status, .inspect(Self.ann), .inspect(seven), .kick(seven), .ban(Self.ann),
            .pardon(seven), .drain(west), .move(seven, west), .release(Self.ann),
            .backUp(try #require(BackupName("monday.db"))),
        ]
        for command in commands {
            let bytes = try Datagram(encoding: command)
            #expect(try bytes.decoded() as OperatorCommand == command)
        }
        #expect(CharacterReference("7") == seven)
        #expect(CharacterReference("no name") == nil)
    }

    /// A repetition is answered, and not carried out again.
    @Test func theLogKeepsTheNewestAnswers() {
        var log = OperatorLog()
        for number in 0..<300 as Range<UInt64> {
            #expect(log.enter(number) == .begun)
            #expect(log.enter(number) == .underWay)
            log.note(Datagram(bytes: [UInt8(truncatingIfNeeded: number)]), to: number)
        }
        #expect(log.enter(299) == .answered(Datagram(bytes: [43])))
        #expect(log.enter(44) == .answered(Datagram(bytes: [44])))
        #expect(log.enter(43) == .begun)
        for number in 1_000..<1_063 as Range<UInt64> { #expect(log.enter(number) == .begun) }
        #expect(log.enter(1_063) == .full)
        log.note(nil, to: 43)
        #expect(log.enter(1_063) == .begun)
    }
}

extension TestRealm {
    /// Asks as an operator, on a host of its own.
    func command(_ command: OperatorCommand) async throws -> OperatorReply {
        let realm = RealmOperator(
            configuration, keys: keys, links: .plain, network: simulation.host("operator"))
        return try await realm.ask(command)
    }
}
