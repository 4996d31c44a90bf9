import ParleyHandoff
import ParleySimulation
import ParleySockets
import ParleyStore
import TestGames
import Testing

@testable import ParleyZones

/// Operators of a realm with two world servers.
@Suite struct SeveralOperatorTests {
    private static let ann = CharacterReference("ann") ?? .number(CharacterID(rawValue: 0))

    /// The first one of the list is gone, or stands still.
    @Test(arguments: [true, false])
    func theNextServerIsAsked(crashes: Bool) throws {
        let (reply, banned, time, statuses) = try TestRealm.run(seed: 1, worlds: 2) { realm in
            try await realm.play(as: "ann", first: 1) { try await realm.wait(for: $0, in: "west") }
            let before = try await realm.statuses()
            let host = realm.simulation.host("world")
            if crashes { host.crash(for: .seconds(60)) } else { host.pause(for: .seconds(60)) }
            let start = realm.simulation.elapsed
            let reply = try await realm.command(.ban(Self.ann))
            let time = realm.simulation.elapsed - start
            let access = await realm.store.records.map(\.access)
            return (reply, access, time, [before, try await realm.statuses()])
        }
        #expect(reply == .done && banned == [.banned])
        // It is silent for 1.2 s, and its link closes within a second.
        #expect(time < .seconds(3), "\(time)")
        #expect(statuses.map { $0.map(\.number) } == [[0, 1], [0, 1]])
        #expect(statuses.map { $0.map { $0.status != nil } } == [[true, true], [false, true]])
        #expect(statuses[0].compactMap(\.status?.logins) == [0, 1])
    }

    @Test func noServerIsThere() throws {
        try TestRealm.run(seed: 1, worlds: 2) { realm in
            for world in ["world", "world-1"] {
                realm.simulation.host(world).crash(for: .seconds(60))
            }
            await #expect(throws: OperatorError.noAnswer) { try await realm.command(.status) }
            await #expect(throws: OperatorError.noAnswer) { try await realm.statuses() }
        }
    }

    /// Another server gets the same command later: the player has come again meanwhile, and plays on.
    @Test func aLateKickEndsNoLaterSession() throws {
        let (answers, logins) = try TestRealm.run(seed: 1, worlds: 2) { realm in
            try await realm.play(as: "ann") { try await realm.wait(for: $0, in: "west") }
            return try await realm.withLine { line in
                let basis = try await realm.basis()
                let first = try await line.ask(.kick(Self.ann), on: basis, of: 0)
                return try await realm.play(as: "ann", first: 1) { ann in
                    try await realm.wait(for: ann, in: "west")
                    let second = try await line.ask(.kick(Self.ann), on: basis, of: 1)
                    try await realm.simulation.clock.sleep(for: .seconds(5))
                    try await realm.wait(for: ann, in: "west")
                    return ([first, second], await realm.store.records.map(\.login.rawValue))
                }
            }
        }
        #expect(answers == [.reply(.done), .reply(.done)])
        // The first session, the kick, the second session.
        #expect(logins == [3])
    }

    /// A ban is taken back before another server reads it, and a pardon is followed by the next ban.
    @Test func aLateBanOrPardonChangesNothing() throws {
        let (answers, access) = try TestRealm.run(seed: 1, worlds: 2) { realm in
            try await realm.play(as: "ann") { try await realm.wait(for: $0, in: "west") }
            return try await realm.withLine { line in
                var access: [CharacterAccess] = []
                let first = try await realm.basis()
                var answers = [try await line.ask(.ban(Self.ann), on: first, of: 0)]
                let second = try await realm.basis()
                for command in [OperatorCommand.pardon(Self.ann), .release(Self.ann)] {
                    answers.append(try await line.ask(command, on: second, of: 0))
                }
                answers.append(try await line.ask(.ban(Self.ann), on: first, of: 1))
                access += await realm.store.records.map(\.access)
                _ = try await realm.command(.ban(Self.ann))
                answers.append(try await line.ask(.pardon(Self.ann), on: second, of: 1))
                access += await realm.store.records.map(\.access)
                return (answers, access)
            }
        }
        #expect(
            answers == [.reply(.done), .reply(.done), .reply(.done), .changed, .changed])
        #expect(access == [.kicked, .banned])
    }

    /// The zone has come back before another server reads that it is to drain.
    @Test func aLateDrainEmptiesNoLaterProcess() throws {
        let (answers, process, isReady) = try TestRealm.run(seed: 1, worlds: 2) { realm in
            let west = try #require(ZoneName("west"))
            try await realm.wait { realm.zone("west")?.process?.incarnation.rawValue == 1 }
            try await realm.wait { await realm.world(1)?.statistics.zones == 2 }
            return try await realm.withLine { line in
                let basis = OperatorBasis.process(Incarnation(rawValue: 1))
                var answers = [try await line.ask(.drain(west), on: basis, of: 0)]
                realm.simulation.host("west").crash(for: .milliseconds(500))
                try await realm.wait { await realm.readyIncarnation(of: "west", at: 1) == 2 }
                answers.append(try await line.ask(.drain(west), on: basis, of: 1))
                try await realm.simulation.clock.sleep(for: .seconds(5))
                return (
                    answers, realm.zone("west")?.process?.incarnation.rawValue,
                    await realm.readyIncarnation(of: "west", at: 0) == 2
                )
            }
        }
        #expect(answers == [.reply(.done), .reply(.done)])
        #expect(process == 2 && isReady)
    }

    /// The character has come back on foot before another server reads that it is to go.
    @Test func aLateMoveMovesNobody() throws {
        let (answers, crossings) = try TestRealm.run(seed: 1, worlds: 2) { realm in
            let east = try #require(ZoneName("east"))
            return try await realm.play(as: "ann") { ann in
                try await realm.wait(for: ann, in: "west")
                return try await realm.withLine { line in
                    let basis = try await realm.basis()
                    let move = OperatorCommand.move(Self.ann, east)
                    var answers = [try await line.ask(move, on: basis, of: 0)]
                    try await realm.wait(for: ann, in: "east")
                    answers.append(try await line.ask(move, on: basis, of: 1))
                    ann.command = Meadow.Command(x: -127, y: 0)
                    try await realm.wait(for: ann, in: "west")
                    answers.append(try await line.ask(move, on: basis, of: 1))
                    try await realm.simulation.clock.sleep(for: .seconds(5))
                    return (answers, ann.statistics.crossings)
                }
            }
        }
        #expect(answers == [.reply(.done), .reply(.done), .changed])
        #expect(crossings == 2)
    }

    /// A command whose character has gone elsewhere meanwhile is given anew.
    @Test func whatHasChangedIsLookedAtAgain() throws {
        let (reply, place) = try TestRealm.run(seed: 1, worlds: 2) { realm in
            try await realm.play(as: "ann") { ann in
                ann.command = Meadow.Command(x: 127, y: 0)
                try await realm.wait(for: ann, in: "east")
                ann.command = Meadow.Command(x: 0, y: 0)
                let west = try #require(ZoneName("west"))
                let reply = try await realm.command(.move(Self.ann, west))
                try await realm.wait(for: ann, in: "west")
                return (reply, ann.frame()?.zone.text)
            }
        }
        #expect(reply == .done && place == "west")
    }

    // MARK: A long copy

    /// A store whose copy takes a minute and a half.
    private struct SlowStore: CopiedStore {
        let model: ModelStore
        let clock: any NetworkClock

        func perform<Operation: StoreOperation>(
            _ operation: Operation
        ) async -> StoreOutcome<Operation.Done> {
            await model.perform(operation)
        }

        func backUp(named name: String) async throws(StoreBackupError) {
            try? await clock.sleep(for: .seconds(90))
        }
    }

    /// It holds no other command, and its own answer comes although a command is good for a minute.
    @Test func aLongBackupHoldsNoOtherCommand() throws {
        let simulation = Simulation(seed: 1, links: .lan)
        let (times, replies) = try simulation.run(for: .seconds(600)) { simulation in
            let keys = RealmKeys()
            var realm = RealmConfiguration(
                game: Meadow.name, map: try ZoneMap([MapZone("west", .box([0, 0], [9, 9]))]))
            realm.worlds = [ServerPlace(host: "world", serverPort: 9_100)]
            let store = SlowStore(
                model: ModelStore(seed: 1, clock: simulation.clock), clock: simulation.clock)
            let server = WorldServer(
                realm, store: store, logins: .names, keys: keys, links: .plain,
                network: simulation.host("world"))
            let first = RealmOperator(
                realm, keys: keys, links: .plain, network: simulation.host("first"))
            let second = RealmOperator(
                realm, keys: keys, links: .plain, network: simulation.host("second"))
            let name = try #require(BackupName("monday.db"))
            return try await withThrowingTaskGroup(of: OperatorReply?.self) { group in
                group.addTask {
                    try await server.run()
                    return nil
                }
                _ = try await server.ready()
                group.addTask { try await first.ask(.backUp(name)) }
                try await simulation.clock.sleep(for: .seconds(2))
                let start = simulation.elapsed
                let other = [
                    try await second.ask(.status), try await second.ask(.inspect(Self.ann)),
                ]
                var times = [simulation.elapsed - start]
                let reply = try await group.next() ?? nil
                times.append(simulation.elapsed - start)
                group.cancelAll()
                return (times, [reply] + other)
            }
        }
        #expect(replies.first == .done)
        #expect(replies.last == .refused("there is no account ann"))
        #expect(times.count == 2 && times[0] < .seconds(1) && times[1] > .seconds(80), "\(times)")
    }
}

extension TestRealm {
    /// How the realm is, by each of its world servers.
    func statuses() async throws -> [WorldServerStatus] {
        try await RealmOperator(
            configuration, keys: keys, links: .plain, network: simulation.host("operator")
        ).statuses()
    }

    /// What an operator's program would base a command about the only character on.
    func basis() async throws -> OperatorBasis {
        let row = try #require(await store.records.first)
        return .row(row.login, epoch: "\(row.epoch)")
    }

    /// The process of a zone that a world server has as ready.
    func readyIncarnation(of zone: String, at world: Int) async -> UInt64? {
        await self.world(world)?.status.zones.first { $0.name == zone && $0.state == "ready" }?
            .incarnation
    }

    /// Runs an operator's links with all world servers for as long as a body runs.
    func withLine<Result: Sendable>(
        _ body: @escaping @Sendable (OperatorLine) async throws -> Result
    ) async throws -> Result {
        let host = simulation.host("line")
        let line = OperatorLine(
            PeerNode(
                PeerNodeConfiguration(.supervisor, places: configuration.peers), network: host),
            keys: keys, network: host)
        return try await withThrowingTaskGroup(of: Result?.self) { group in
            group.addTask {
                try await line.run()
                return nil
            }
            group.addTask { try await body(line) }
            defer { group.cancelAll() }
            while let result = try await group.next() {
                if let result { return result }
            }
            throw CancellationError()
        }
    }
}

extension OperatorLine {
    /// Asks one world server.
    fileprivate func ask(
        _ command: OperatorCommand, on basis: OperatorBasis, of world: Int
    ) async throws -> OperatorAnswer.Content {
        try await ask(command, on: basis, of: [world], patience: .seconds(5)).content
    }
}
