import ParleyHandoff
import ParleySimulation
import ParleySockets
import Synchronization
import TestGames
import Testing

@testable import ParleyStore
@testable import ParleyZones

/// Checkpoints that share transactions, and what one that cannot be written does to the others.
@Suite struct WaitingCheckpointTests {
    // MARK: Who waits

    private static let owner: Owner = {
        guard let west = ZoneName("west") else { preconditionFailure("it is a zone's name") }
        return Owner(
            zone: west, incarnation: Incarnation(rawValue: 1),
            epoch: Epoch(generation: 1, number: 1))
    }()

    private static func entry(_ number: UInt64, _ mark: UInt64 = 0) -> WaitingCheckpoints.Entry {
        let character = CharacterID(rawValue: number)
        let login = LoginNumber(rawValue: mark)
        return WaitingCheckpoints.Entry(
            character: character,
            request: .checkpoint(character, owner, SealedPlayer(login: login)), asker: .own)
    }

    /// What arrives while others are written shares the next transaction: the newest of each character.
    @Test func theyWaitForThoseThatAreWritten() {
        var checkpoints = WaitingCheckpoints()
        var places: [String] = []
        var batches: [[WaitingCheckpoints.Entry]] = []
        func add(_ number: UInt64, _ mark: UInt64) {
            switch checkpoints.add(Self.entry(number, mark)) {
            case .first: places.append("first")
            case .waits: places.append("waits")
            case .replaces(let older):
                places.append(older == Self.entry(number, 2).call ? "replaces" : "\(older)")
            case .apart: places.append("apart")
            case .dropped: places.append("dropped")
            }
        }
        add(1, 1)
        batches.append(checkpoints.next(3))
        for (number, mark) in [(2, 2), (3, 3), (1, 4), (2, 5), (4, 6)] as [(UInt64, UInt64)] {
            add(number, mark)
        }
        for _ in 0..<3 { batches.append(checkpoints.next(3)) }
        add(6, 7)
        #expect(batches.map { $0.map(\.character.rawValue) } == [[1], [2, 3, 1], [4], []])
        #expect(batches[1].map(\.call) == [(2, 5), (3, 3), (1, 4)].map { Self.entry($0, $1).call })
        #expect(places == ["first", "waits", "waits", "waits", "replaces", "waits", "first"])
    }

    /// Those of a character whose own failed wait for nobody, one at a time, until one is written.
    @Test func whoFailsStaysApart() {
        var checkpoints = WaitingCheckpoints()
        func isApart(_ number: UInt64) -> Bool? {
            switch checkpoints.add(Self.entry(number)) {
            case .apart: true
            case .dropped: nil
            case .first, .waits, .replaces: false
            }
        }
        #expect(checkpoints.separate([Self.entry(1), Self.entry(2)]).replaced.isEmpty)
        #expect(isApart(1) == nil)
        checkpoints.note(CharacterID(rawValue: 1), isAnswered: false)
        checkpoints.note(CharacterID(rawValue: 2), isAnswered: true)
        #expect([isApart(1), isApart(1), isApart(2)] == [true, nil, false])
        checkpoints.note(CharacterID(rawValue: 1), isAnswered: true)
        #expect(isApart(1) == false)
        // A whole store that fails sets nobody apart.
        for number in 1_000...1_000 + UInt64(WaitingCheckpoints.mostApart) {
            checkpoints.note(CharacterID(rawValue: number), isAnswered: false)
        }
        #expect(isApart(1_000) == false)
    }

    /// What is tried again is the newest of a character, and what a zone of before says late replaces nothing.
    @Test func theNewestIsTried() {
        var checkpoints = WaitingCheckpoints()
        func entry(_ tick: UInt64, epoch: UInt64 = 1) -> WaitingCheckpoints.Entry {
            var owner = Self.owner
            owner.epoch = Epoch(generation: 1, number: epoch)
            let character = CharacterID(rawValue: 1)
            let player = SealedPlayer(login: LoginNumber(rawValue: 1), tick: tick)
            return WaitingCheckpoints.Entry(
                character: character, request: .checkpoint(character, owner, player), asker: .own)
        }
        func replaced(by entry: WaitingCheckpoints.Entry) -> WorldServer.StoreCall? {
            if case .replaces(let call) = checkpoints.add(entry) { call } else { nil }
        }
        #expect(replaced(by: entry(1)) == nil)
        let batch = checkpoints.next(3)
        #expect(replaced(by: entry(9, epoch: 2)) == nil)
        #expect(replaced(by: entry(50)) == entry(50).call)
        #expect(replaced(by: entry(10, epoch: 2)) == entry(9, epoch: 2).call)
        let (apart, older) = checkpoints.separate(batch)
        #expect(apart.map(\.call) == [entry(10, epoch: 2).call] && older == [entry(1).call])
        #expect(checkpoints.next(3).isEmpty)
    }

    @Test func theyLeaveRoomForOtherCalls() {
        var checkpoints = WaitingCheckpoints()
        var dropped = 0
        for number in 0..<UInt64(WaitingCheckpoints.most + 10) {
            if case .dropped = checkpoints.add(Self.entry(number)) { dropped += 1 }
        }
        #expect(dropped == 10 && WaitingCheckpoints.most < WorldServer.mostCalls)
    }

    // MARK: A store that does not write

    /// A store that takes five seconds to refuse what it does not write, and cannot be hurried.
    private final class StubbornStore: Store {
        private let model: ModelStore
        private let loop: any SocketLoop
        private let refused: @Sendable (CharacterID) -> Bool
        private let written = Mutex([CharacterID: Int]())

        init(
            _ model: ModelStore, loop: any SocketLoop,
            refusing refused: @escaping @Sendable (CharacterID) -> Bool
        ) {
            (self.model, self.loop, self.refused) = (model, loop, refused)
        }

        func perform<Operation: StoreOperation>(
            _ operation: Operation
        ) async -> StoreOutcome<Operation.Done> {
            let checkpoints =
                (operation as? CheckpointCharacters)?.checkpoints
                ?? (operation as? Quote<CheckpointCharacter>).map { [$0.operation] } ?? []
            let characters = checkpoints.map(\.character)
            if characters.contains(where: refused) {
                let over = Promise<Void>()
                let loop = loop
                loop.execute {
                    _ = loop.schedule(at: loop.now.advanced(by: .seconds(5))) { over.fulfil(()) }
                }
                await over.valueDespiteCancellation()
                return .refused(.unavailable("the row is locked"))
            }
            let outcome = await model.perform(operation)
            if outcome.value != nil {
                written.withLock { for character in characters { $0[character, default: 0] += 1 } }
            }
            return outcome
        }

        /// How many checkpoints of a character were written.
        func count(of character: CharacterID) -> Int {
            written.withLock { $0[character, default: 0] }
        }
    }

    /// Runs a world server on a store.
    private static func run<Result: Sendable>(
        refusing refused: @escaping @Sendable (CharacterID) -> Bool,
        _ body: @escaping @Sendable (Simulation, WorldServer, StubbornStore) async throws -> Result
    ) throws -> (Result, ending: Duration) {
        let simulation = Simulation(seed: 1, links: .lan)
        return try simulation.run(for: .seconds(600)) { simulation in
            let realm = RealmConfiguration(
                game: Meadow.name, map: try ZoneMap([MapZone("west", .box([0, 0], [9, 9]))]))
            let store = StubbornStore(
                ModelStore(seed: 1, clock: simulation.clock),
                loop: simulation.host("store").nextSocketLoop(), refusing: refused)
            let server = WorldServer(
                realm, store: store, logins: .names, keys: RealmKeys(), links: .plain,
                network: simulation.host("world"))
            let (result, end) = try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try? await server.run() }
                _ = try await server.ready()
                let result = try await body(simulation, server, store)
                group.cancelAll()
                return (result, simulation.elapsed)
            }
            return (result, simulation.elapsed - end)
        }
    }

    private static func checkpoint(
        _ character: CharacterID, tick: UInt64
    ) -> WorldServer.StoreCall {
        let player = SealedPlayer(login: LoginNumber(rawValue: 1), tick: tick)
        return .ownership(.checkpoint(character, owner, player), .own)
    }

    /// The row of one is locked: it costs the others one transaction, and not each.
    @Test func aLockedRowStopsNobodyElse() throws {
        let characters = (1...3 as ClosedRange<UInt64>).map { CharacterID(rawValue: $0) }
        let (counts, _) = try Self.run(refusing: { $0 == characters[0] }) {
            simulation, server, store in
            for second: UInt64 in 1...40 {
                for character in characters {
                    await server.ask(Self.checkpoint(character, tick: second))
                }
                try await simulation.clock.sleep(for: .seconds(1))
            }
            return (characters.map(store.count), await server.statistics.waitingCalls)
        }
        #expect(counts.0[0] == 0)
        // It costs them five seconds.
        #expect(counts.0[1] >= 30 && counts.0[2] >= 30, "\(counts.0)")
        #expect(counts.1 <= 3, "\(counts.1) calls wait")
    }

    /// A server that is to stop waits for the transaction that is under way, and begins no other.
    @Test func aServerThatStopsDoesNotWaitForAll() throws {
        let (_, ending) = try Self.run(refusing: { _ in true }) { simulation, server, _ in
            for number: UInt64 in 1...1_500 {
                let character = CharacterID(rawValue: number)
                await server.ask(Self.checkpoint(character, tick: 1))
            }
            try await simulation.clock.sleep(for: .seconds(1))
        }
        #expect(ending < .seconds(6), "\(ending)")
    }
}
