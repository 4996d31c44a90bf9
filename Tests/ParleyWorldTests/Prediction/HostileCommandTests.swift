import ParleyDatagrams
import ParleyProtocol
import ParleySockets
import ParleyWorld
import TestGames
import TestNetworks
import TestSupport
import Testing

/// Whatever a predicting client sends, each tick has one command of it, and others notice nothing.
@Suite(.timeLimit(.minutes(5)), .everyNetwork) struct HostileCommandTests {
    static let run = Meadow.Command(x: 127, y: 0)

    @Test func commandsOfTheFarFutureAreNotKept() async throws {
        try await serving(MeadowWorld()) { server, addresses in
            var raw = try await RawRunner(addresses)
            let now = try #require(try await raw.nextSnapshot()).tick
            try await raw.send([Self.run], upTo: Tick(number: .max))
            try await raw.send([Self.run], upTo: now.advanced(by: 10_000))
            let id = raw.id
            try await until { server.commandStatistics(of: id)?.early == 2 }
            let worldSnapshot = try #require(try await raw.snapshot(after: now.advanced(by: 20)))
            #expect(try runner(worldSnapshot).velocity == .zero)
        }
    }

    @Test func commandsOfThePastChangeNothing() async throws {
        try await serving(MeadowWorld()) { server, addresses in
            var raw = try await RawRunner(addresses)
            let now = try #require(try await raw.snapshot(after: Tick(number: 20))).tick
            try await raw.send(Array(repeating: Self.run, count: 16), upTo: now.advanced(by: -1))
            let id = raw.id
            try await until { (server.commandStatistics(of: id)?.late ?? 0) > 0 }
            let worldSnapshot = try #require(try await raw.snapshot(after: now.advanced(by: 20)))
            #expect(try runner(worldSnapshot).velocity == .zero)
        }
    }

    @Test func theFirstCommandOfATickCountsAndCopiesDoNot() async throws {
        let world = MeadowWorld()
        try await serving(world) { server, addresses in
            var raw = try await RawRunner(addresses)
            let (packet, duplicates) = try await commandedTwice(by: &raw, on: server)
            #expect(try runner(packet).velocity.x > 0)
            #expect(duplicates == 5)
            // As many steps as ticks, whatever came.
            let state = try runner(packet)
            let count = try #require(await world.commandCounts[raw.id])
            #expect(Int(state.steps) <= count)
        }
    }

    /// Sends a tick's command five times, and another one for the same tick; again, for a later tick,
    /// as long as the machine is so busy that the tick has passed before the first arrives.
    ///
    /// - Returns: The first snapshot after the tick, and how many of the commands were copies.
    private func commandedTwice(
        by raw: inout RawRunner, on server: GameServer<MeadowWorld>
    ) async throws -> (packet: SnapshotPacket, duplicates: UInt64) {
        while true {
            let before = server.commandStatistics(of: raw.id) ?? CommandStatistics()
            let tick = try #require(try await raw.nextSnapshot()).tick.advanced(by: 40)
            for _ in 0..<5 { try await raw.send([Self.run], upTo: tick) }
            try await raw.send([Meadow.Command(x: -127, y: 0)], upTo: tick)
            let packet = try #require(try await raw.snapshot(after: tick))
            let after = try #require(server.commandStatistics(of: raw.id))
            if after.late == before.late {
                return (packet, after.duplicates - before.duplicates)
            }
        }
    }

    @Test func aFloodCostsOnlyItsSendersCommands() async throws {
        let world = MeadowWorld()
        try await serving(world, configure: { $0.maximumDatagramsPerSecond = 120 }) {
            server, addresses in
            var raw = try await RawRunner(addresses, as: "Flood")
            let now = try #require(try await raw.nextSnapshot()).tick
            for round in 0..<2_000 {
                try await raw.send(
                    Array(repeating: Self.run, count: 16), upTo: now.advanced(by: round % 60))
            }
            try await until { await server.statistics.received.limited > 200 }
            try await running(addresses, as: "Ann") { client in
                client.command = Self.run
                let frame = await client.frames.first { ($0.authoritative?.velocity.x ?? 0) > 1 }
                #expect(frame != nil)
            }
        }
    }

    @Test func forgedAcknowledgementsSpoilNoOtherClientsView() async throws {
        try await serving(MeadowWorld(sheep: 20, moving: 20)) { _, addresses in
            var raw = try await RawRunner(addresses, as: "Liar")
            let now = try #require(try await raw.nextSnapshot()).tick
            for lie in [0, 7, 40_000, 65_535] as [UInt16] {
                try await raw.send(
                    [Self.run], upTo: now.advanced(by: Int(lie % 100) + 1),
                    acknowledging: SnapshotAcknowledgement(newest: lie, history: .max))
            }
            #expect(try await raw.snapshot(after: now.advanced(by: 10)) != nil)
            try await running(addresses, as: "Ann") { client in
                let frame = await client.frames.first {
                    $0.entities(of: Meadow.cast.sheep).count == 20
                        && $0.entities(of: Meadow.bodies).count == 1
                }
                #expect(frame?.me != nil)
            }
        }
    }

    @Test func rulesThatThrowLeaveTheBodyAsItWas() async throws {
        let world = MeadowWorld()
        try await serving(world) { _, addresses in
            try await running(addresses, as: "Ann") { client in
                client.command = Self.run
                _ = await client.frames.first { ($0.me?.velocity.x ?? 0) > 1 }
                client.command = Meadow.Command(x: .min, y: 0)
                try await until { await world.stumbles > 20 }
                let stood = client.frame()?.authoritative
                try await until { await world.stumbles > 60 }
                #expect(client.frame()?.authoritative?.position == stood?.position)
                client.command = Self.run
                _ = await client.frames.first {
                    ($0.authoritative?.position.x ?? 0) > (stood?.position.x ?? 0) + 1
                }
                #expect(client.statistics.prediction.right > 0)
            }
        }
    }

    @Test func truncatedInputIsNoInput() async throws {
        try await serving(MeadowWorld()) { server, addresses in
            var raw = try await RawRunner(addresses)
            let now = try #require(try await raw.nextSnapshot()).tick
            let bundle = try #require(
                CommandBundle(
                    newest: now.advanced(by: 30), packet: 0, view: nil, commands: [Self.run]))
            let good = try ClientPayload.input(encoding: bundle, acknowledgement: nil)
            for count in 0..<good.count {
                try await raw.player.send(
                    packet: try raw.player.packets.packet(
                        .input, good.slice(..<count), at: raw.player.clock.now))
            }
            let count = UInt64(good.count)
            try await until { await server.statistics.received.malformed == count }
            let id = raw.id
            #expect(server.commandStatistics(of: id)?.onTime == 0)
            try await raw.send([Self.run], upTo: now.advanced(by: 10_000))
            try await until { server.commandStatistics(of: id)?.early == 1 }
        }
    }

    private func runner(_ worldSnapshot: SnapshotPacket) throws -> Runner {
        guard case .state(_, let words) = worldSnapshot.body else { throw JoinRefusal("no body") }
        return Runner(dequantising: words.span)
    }
}

/// Joins a meadow for as long as `body` takes.
func running<Outcome: Sendable>(
    _ addresses: ServerAddresses, as name: String,
    configuration: GameClientConfiguration = GameClientConfiguration(),
    _ body: @escaping @Sendable (PredictingClient<Meadow>) async throws -> Outcome
) async throws -> Outcome {
    try await PredictingClient<Meadow>.play(
        on: "127.0.0.1", port: addresses.tcp.port, as: name, configuration: configuration,
        network: TestNetwork.current.network, body)
}
