import ParleyDatagrams
import ParleyProtocol
import ParleySimulation
import ParleySockets
import ParleyWorld
import Synchronization
import TestGames
import TestNetworks
import Testing

/// A recorded session comes to the same again, and what does not is found where it begins.
@Suite(.timeLimit(.minutes(10))) struct ReplayTests {
    private static func check(
        _ data: Datagram, seed: UInt64? = nil, flaw: FlockWorld.Flaw = .none
    ) async throws -> Replay.Report {
        try await Replay.check(RecordingReader<Meadow>(data)) { header in
            FlockWorld(seed: seed ?? header.seed, flaw: flaw)
        }
    }

    @Test(arguments: 1...50 as ClosedRange<UInt64>)
    func aGameOverABadLinkIsReplayedBitForBit(seed: UInt64) async throws {
        let data = try RecordedFlock.played(seed: seed, seconds: 3)
        let report = try await Self.check(data)
        #expect(report.difference == nil)
        #expect(report.ending == .finished)
        #expect(report.ticks > 120)
    }

    /// The recording contains all kinds of input; otherwise its replay would prove little.
    @Test func aRecordedGameHasEverything() throws {
        let reader = try RecordingReader<Meadow>(RecordedFlock.played(seed: 3))
        var (joins, leaves, requests, views) = (0, 0, 0, 0)
        var origins: Set<CommandOrigin> = []
        var most = 0
        while let tick = try reader.next() {
            joins += tick.input.joins.count
            leaves += tick.input.leaves.count
            requests += tick.input.requests.count
            views += tick.input.commands.count { $0.view != nil }
            origins.formUnion(tick.input.commands.map(\.origin))
            most = max(most, reader.state?.states(of: Meadow.bodies).count ?? 0)
        }
        #expect(joins == 8)
        #expect(leaves >= 4)
        #expect(requests > 20)
        #expect(views > 500)
        #expect(origins == [.given, .repeated, .idle])
        #expect(most >= 2)
    }

    @Test func theSystemsNetworkIsReplayedBitForBit() async throws {
        let bytes = RecordedBytes()
        let server = GameServer(
            world: FlockWorld(seed: 9), configuration: .init(host: "127.0.0.1", port: 0),
            recording: Recording(into: bytes, seed: 9))
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await server.run() }
            let port = try await server.ready().tcp.port
            try await withThrowingTaskGroup(of: Void.self) { players in
                for index in 0..<4 {
                    players.addTask {
                        try await RecordedFlock.play(
                            index, on: "127.0.0.1", port, SystemNetwork(), 2)
                    }
                }
                try await players.waitForAll()
            }
            group.cancelAll()
        }
        let report = try await Self.check(bytes.data)
        #expect(report.difference == nil)
        #expect(report.ending == .finished)
        #expect(report.ticks > 60)
    }

    // MARK: Differences

    @Test func anotherRuleIsFoundAtItsTickAndInItsField() async throws {
        let data = try await RecordedFlock.driven(seed: 4)
        let report = try await Self.check(data, flaw: .slippery(since: 100))
        #expect(report.ticks == 99)
        let difference = try #require(report.difference)
        #expect(difference.tick == Tick(number: 100))
        guard case .fields(let fields, _, let type) = difference.content else {
            Issue.record("\(difference)")
            return
        }
        #expect(type == "runner")
        #expect(fields.map(\.name) == ["position velocity"])
        #expect(fields.first?.recorded != fields.first?.replayed)
        #expect(
            difference.description.hasPrefix(
                "tick 100: of the runner #0, position velocity was SIMD2"))
    }

    @Test func anotherSeedIsFound() async throws {
        let data = try await RecordedFlock.driven(seed: 4)
        let report = try await Self.check(data, seed: 5)
        let difference = try #require(report.difference)
        // Chance decides where newcomers stand.
        #expect(difference.tick == Tick(number: 1))
        guard case .fields(let fields, _, "runner") = difference.content else {
            Issue.record("\(difference)")
            return
        }
        #expect(fields.first?.name == "position")
    }

    @Test func theOrderOfADictionaryIsFound() async throws {
        let data = try await RecordedFlock.driven(seed: 4, flaw: .dictionary(room: 20))
        let report = try await Self.check(data, flaw: .dictionary(room: 2_000))
        let difference = try #require(report.difference)
        #expect(difference.tick == Tick(number: 50))
        guard case .fields(let fields, _, "sheep") = difference.content else {
            Issue.record("\(difference)")
            return
        }
        #expect(fields.map(\.name) == ["position velocity"])
    }

    @Test func missingAndExtraEntitiesAreFound() async throws {
        let data = try await RecordedFlock.driven(seed: 4)
        let wolf = try #require(try await Self.check(data, flaw: .wolf(at: 30)).difference)
        #expect(wolf.tick == Tick(number: 30))
        #expect(wolf.description == "tick 30: the sheep #1 is not there")
        let lamb = try #require(try await Self.check(data, flaw: .lamb(at: 30)).difference)
        #expect(lamb.tick == Tick(number: 30))
        #expect(
            lamb.description == "tick 30: the sheep #41 is there, and was not recorded")
    }

    @Test func noticesAreCompared() async throws {
        let data = try await RecordedFlock.driven(seed: 4)
        let report = try await Self.check(data, flaw: .mumbling(since: 70))
        #expect(
            report.difference?.description == "tick 70: the world sent other messages to players")
        #expect(report.ticks == 69)
    }

    /// The server is stopped in the middle of a tick: what the world's logic does at its end is not part of that tick.
    @Test func theEndOfTheLogicIsInNoTick() async throws {
        let running = Mutex<Task<Void, any Error>?>(nil)
        let bytes = RecordedBytes()
        let server = GameServer(
            world: Self.endingWorld { running.withLock { $0?.cancel() } },
            configuration: .init(host: "127.0.0.1", port: 0), recording: Recording(into: bytes))
        running.withLock { task in task = Task { try await server.run() } }
        if let task = running.withLock(\.self) { _ = await task.result }
        let report = try await Replay.check(RecordingReader<WalkGame>(bytes.data)) { _ in
            Self.endingWorld {}
        }
        #expect(report.difference == nil, "\(report.difference?.description ?? "")")
        #expect(report.ticks >= 10)
    }

    /// A world that ends its server at tick 10, and says something at its own end.
    private static func endingWorld(_ stop: @escaping @Sendable () -> Void) -> WalkWorld {
        WalkWorld { world in
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await farewell(of: world) }
                group.addTask {
                    try await world.sleep(ticks: 10)
                    stop()
                    try await world.sleep(ticks: 100_000)
                }
                try await group.waitForAll()
            }
        }
    }

    private static func farewell(of world: isolated WalkWorld) async throws {
        defer { world.say("the end", to: .all) }
        try await world.sleep(ticks: 100_000)
    }

    /// A world without a replicated state is compared by its notices.
    @Test func aPlainWorldIsReplayed() async throws {
        let bytes = RecordedBytes()
        let writer = try RecordingWriter<WalkGame>(
            Recording(into: bytes), schema: nil, tickRate: 60)
        let ann = PlayerID(rawValue: 1)
        try await WorldDriver(WalkWorld()).run { driver in
            for number in 1...50 as ClosedRange<UInt32> {
                var input = TickInput<WalkGame>(
                    step: TickStep(tick: Tick(number: number), duration: driver.stepDuration))
                if number == 1 { input.joins = [JoinRequest(Player(id: ann, name: "Ann"))] }
                input.commands = [
                    PlayerCommand(player: ann, sequence: number, command: .init(step: 1))
                ]
                input.wantsSnapshot = number % 3 == 0
                try writer.append(input, try await driver.step(input))
            }
        }
        let same = try await Replay.check(RecordingReader<WalkGame>(bytes.data)) { _ in WalkWorld()
        }
        #expect(same.difference == nil)
        #expect(same.ticks == 50)
        // It was not closed.
        #expect(same.ending == .cutOff(nil))
        let padded = WalkWorld()
        await padded.pad(1)
        let other = try await Replay.check(RecordingReader<WalkGame>(bytes.data)) { _ in padded }
        #expect(other.difference?.description == "tick 3: the world sent other messages to players")
    }
}
