import ParleyProtocol
import ParleySimulation
import ParleySockets
import ParleyWorld
import Synchronization
import TestGames
import Testing

/// Players whose connections break repeatedly, without any loss.
@Suite struct ReconnectingTests {
    /// The fault.
    enum Trouble: CaseIterable, Sendable {
        /// TCP is reset, and UDP goes on.
        case reset
        /// Another network: TCP is reset, and UDP comes from elsewhere.
        case move
        /// No network for three seconds, and another one then.
        case tunnel
        /// Only the server has noticed; later the client does.
        case halfReset

        func strike(_ host: SimulatedHost, _ simulation: Simulation) async throws {
            switch self {
            case .reset: host.resetConnections()
            case .move:
                host.resetConnections()
                host.rebind()
            case .tunnel:
                host.isolate(.both, for: .seconds(3))
                try await simulation.clock.sleep(for: .seconds(1))
                host.resetConnections()
                host.rebind()
            case .halfReset:
                host.isolate(.incoming, for: .seconds(1))
                host.resetConnections()
            }
        }
    }

    @Test(arguments: 1...8 as ClosedRange<UInt64>)
    func tenResetsInAMinuteLoseNothing(seed: UInt64) throws {
        let simulation = Simulation(seed: seed, links: .lte)
        try simulation.run { simulation in
            let world = WalkWorld()
            let evening = Evening(
                simulation,
                server: GameServer(
                    world: world, configuration: .init(port: 9000),
                    network: simulation.host("server")))
            let record = try await evening.play(for: .seconds(60))
            let requests = record.requests
            #expect(requests > 200)
            #expect(await world.requests == (0..<requests).map(String.init))
            #expect(record.notices == ["welcome"] + (0..<requests).map(String.init))
            #expect(record.returns >= 3)
            #expect(record.states.contains { if case .reconnecting = $0 { true } else { false } })
            #expect(await Array(world.leaves.values) == [.left])
        }
    }

    @Test(arguments: 1...4 as ClosedRange<UInt64>)
    func aPredictedBodyStaysTheSame(seed: UInt64) throws {
        let simulation = Simulation(seed: seed, links: .lte)
        try simulation.run { simulation in
            let world = MeadowWorld(sheep: 100, moving: 5)
            let server = GameServer(
                world: world, configuration: .init(port: 9000),
                network: simulation.host("server"))
            let (statistics, handles, notices) = try await server.run(on: simulation) { client in
                try await Self.run(about: client, on: simulation, for: .seconds(60)) {
                    try await Self.strike(simulation, times: 10)
                }
            }
            #expect(handles.count == 1)
            #expect(notices == [0, 1, 2])
            #expect(statistics.prediction.right > 500)
            #expect(await server.statistics.returns >= 5)
            #expect(await server.statistics.departures == 1)
        }
    }

    /// Eight seconds without a network: what did not change meanwhile is not sent again.
    @Test func onlyWhatChangedComesAfterAReturn() throws {
        let simulation = Simulation(seed: 3, links: .lte)
        try simulation.run { simulation in
            let world = MeadowWorld(sheep: 200, moving: 1)
            let server = GameServer(
                world: world, configuration: .init(port: 9000),
                network: simulation.host("server"))
            let host = simulation.host("ann")
            let clock = simulation.clock
            let marks = try await server.run(on: simulation) { client in
                var marks: [(bytes: Int, sheep: Int)] = []
                func mark() {
                    let statistics = client.statistics
                    marks.append(
                        (statistics.snapshotBytes, statistics.traffic["sheep"]?.states ?? 0))
                }
                try await clock.sleep(for: .seconds(3))
                mark()
                try await clock.sleep(for: .seconds(3))
                mark()
                host.isolate(.both, for: .seconds(8))
                host.resetConnections()
                host.rebind()
                try await clock.sleep(for: .seconds(10))
                mark()
                try await clock.sleep(for: .seconds(3))
                mark()
                #expect(client.connectionState == .playing)
                #expect(client.statistics.refusedSnapshots == 0)
                return marks
            }
            // All of the sheep came in the beginning.
            #expect(marks[0].sheep >= 200)
            // One of them moves, twenty times a second, for the two seconds before this and a little
            // longer; nothing is sent again about the others.
            #expect(marks[2].sheep - marks[1].sheep < 60)
            let usual = marks[1].bytes - marks[0].bytes
            let afterReturn = marks[3].bytes - marks[2].bytes
            #expect(afterReturn < usual * 5 / 4, "\(afterReturn) bytes, \(usual) usually")
        }
    }

    @Test func aRestartedServerResumesNoSession() throws {
        let simulation = Simulation(seed: 1)
        try simulation.run { simulation in
            let host = simulation.host("server")
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    try? await host.keepRunning {
                        try await GameServer(
                            world: WalkWorld(), configuration: .init(port: 9000), network: host
                        ).run()
                    }
                }
                try await simulation.clock.sleep(for: .seconds(1))
                let start = simulation.clock.now
                let error = await #expect(throws: GameClientError.self) {
                    try await GameClient<WalkGame>.play(
                        on: "server", port: 9000, as: "Ann", network: simulation.host("ann")
                    ) { client in
                        try await simulation.clock.sleep(for: .seconds(1))
                        host.crash(for: .milliseconds(500))
                        try await simulation.clock.sleep(for: .seconds(60))
                    }
                }
                // Silence is noticed after ten seconds, and the new server refuses at once.
                let text = "there is no such session"
                #expect(error == .goodbye(Goodbye(code: .notResumed, text: text)))
                #expect(start.duration(to: simulation.clock.now) < .seconds(16))
                group.cancelAll()
            }
        }
    }

    @Test func afterTheGraceTheErrorNamesTheFirstReason() throws {
        let simulation = Simulation(seed: 1)
        var configuration = GameClientConfiguration()
        configuration.reconnectsFor = .seconds(10)
        try simulation.run { [configuration] simulation in
            let server = GameServer(
                world: WalkWorld(), configuration: .init(port: 9000),
                network: simulation.host("server"))
            let end = GameClientError.notReconnected(
                within: .seconds(10), after: .connectionLost(.reset))
            await #expect(throws: end) {
                try await withThrowingTaskGroup(of: Void.self) { group in
                    group.addTask { try await server.run() }
                    _ = try await server.ready()
                    try await GameClient<WalkGame>.play(
                        on: "server", port: 9000, as: "Ann", configuration: configuration,
                        network: simulation.host("ann")
                    ) { client in
                        simulation.host("ann").resetConnections()
                        simulation.host("ann").isolate(.both, for: .seconds(40))
                        while !client.connectionState.isReconnecting {
                            try await simulation.clock.sleep(for: .milliseconds(1))
                        }
                        // Kept requests have a bound, and further ones wait.
                        for _ in 0..<10_000 {
                            try await client.request(WalkGame.Request("is anybody there?"))
                        }
                    }
                }
            }
            #expect(simulation.elapsed > .seconds(10) && simulation.elapsed < .seconds(13))
        }
    }

    @Test(arguments: 1...8 as ClosedRange<UInt64>)
    func leavingWhileThereIsNoConnectionEnds(seed: UInt64) throws {
        let simulation = Simulation(seed: seed, links: .lte)
        try simulation.run { simulation in
            let world = WalkWorld()
            let server = GameServer(
                world: world, configuration: .init(port: 9000),
                network: simulation.host("server"))
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await server.run() }
                _ = try await server.ready()
                let host = simulation.host("ann")
                try await GameClient<WalkGame>.play(
                    on: "server", port: 9000, as: "Ann", network: host
                ) { _ in
                    host.isolate(.both, for: .seconds(2))
                    host.resetConnections()
                    try await simulation.clock.sleep(for: .milliseconds(Int(seed) * 311))
                }
                let ended = simulation.clock.now
                while await server.statistics.players > 0 {
                    try await simulation.clock.sleep(for: .milliseconds(100))
                }
                #expect(ended.duration(to: simulation.clock.now) < .seconds(18))
                group.cancelAll()
            }
        }
    }

    /// Strikes so often, at random times, within fifty seconds.
    static func strike(_ simulation: Simulation, times: Int) async throws {
        let host = simulation.host("ann")
        var random = host.makeRandomNumberGenerator()
        for _ in 0..<times {
            try await simulation.clock.sleep(
                for: .milliseconds(Int.random(in: 500...4_000, using: &random)))
            let trouble = Trouble.allCases.randomElement(using: &random)
            try await trouble?.strike(host, simulation)
        }
    }

    private static func run(
        about client: PredictingClient<Meadow>, on simulation: Simulation, for duration: Duration,
        while trouble: @escaping @Sendable () async throws -> Void
    ) async throws -> (PlayStatistics, Set<EntityHandle>, [UInt32]) {
        let start = simulation.clock.now
        let notices = Notebook<[UInt32]>([])
        return await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await trouble() }
            group.addTask {
                for await notice in client.notices {
                    notices.page.withLock { $0.append(notice.number) }
                }
            }
            var handles: Set<EntityHandle> = []
            for await frame in client.frames {
                let elapsed = start.duration(to: simulation.clock.now)
                if elapsed > duration { break }
                client.command = Meadow.Command.wandering(at: elapsed)
                if let handle = frame.myHandle { handles.insert(handle) }
            }
            let statistics = client.statistics
            group.cancelAll()
            return (statistics, handles, notices.page.withLock { $0 })
        }
    }
}

extension ClientConnectionState {
    fileprivate var isReconnecting: Bool {
        if case .reconnecting = self { true } else { false }
    }
}

extension GameServer where W == MeadowWorld {
    /// Serves one player of a simulation, for as long as `body` takes.
    fileprivate func run<Outcome: Sendable>(
        on simulation: Simulation,
        _ body: @escaping @Sendable (PredictingClient<Meadow>) async throws -> Outcome
    ) async throws -> Outcome {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await self.run() }
            _ = try await self.ready()
            let outcome = try await PredictingClient<Meadow>.play(
                on: "server", port: 9000, as: "Ann", network: simulation.host("ann"), body)
            try await simulation.clock.sleep(for: .milliseconds(500))
            group.cancelAll()
            return outcome
        }
    }
}

/// What several tasks write down.
private final class Notebook<Page: Sendable>: Sendable {
    let page: Mutex<Page>

    init(_ page: Page) { self.page = Mutex(page) }
}

/// A player that sends five requests a second, and records the notices.
private struct Evening: Sendable {
    struct Record: Sendable {
        var requests = 0
        var notices: [String] = []
        var states: Set<ClientConnectionState> = []
        var returns: UInt64 = 0
    }

    let simulation: Simulation
    let server: GameServer<WalkWorld>

    init(_ simulation: Simulation, server: GameServer<WalkWorld>) {
        self.simulation = simulation
        self.server = server
    }

    func play(for duration: Duration) async throws -> Record {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await server.run() }
            _ = try await server.ready()
            var record = try await GameClient<WalkGame>.play(
                on: "server", port: 9000, as: "Ann", network: simulation.host("ann")
            ) { client in try await self.talk(client, for: duration) }
            try await simulation.clock.sleep(for: .milliseconds(500))
            record.returns = await server.statistics.returns
            group.cancelAll()
            return record
        }
    }

    private func talk(_ client: GameClient<WalkGame>, for duration: Duration) async throws -> Record
    {
        let record = Notebook(Record())
        let end = simulation.clock.now.advanced(by: duration)
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await ReconnectingTests.strike(simulation, times: 10) }
            group.addTask {
                for await notice in client.notices {
                    record.page.withLock { $0.notices.append(notice.text) }
                }
            }
            while simulation.clock.now < end {
                let number = record.page.withLock { record in
                    record.states.insert(client.connectionState)
                    defer { record.requests += 1 }
                    return record.requests
                }
                try await client.request(WalkGame.Request("\(number)"))
                try await simulation.clock.sleep(for: .milliseconds(200))
            }
            while record.page.withLock({ $0.notices.count <= $0.requests }) {
                try await simulation.clock.sleep(for: .milliseconds(50))
            }
            group.cancelAll()
            return record.page.withLock { $0 }
        }
    }
}
