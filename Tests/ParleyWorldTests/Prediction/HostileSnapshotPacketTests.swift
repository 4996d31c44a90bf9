import ParleyDatagrams
import ParleyProtocol
import ParleySockets
import ParleyWorld
import TestGames
import TestNetworks
import Testing

/// A lying server, or a network that changes packets, costs a client at most its view of the world.
@Suite struct HostileSnapshotPacketTests {
    @Test func everyTruncationAndFlippedBitIsRefusedOrHarmless() async throws {
        let snapshots = try await recordedSnapshots(30)
        var stage = ClientPrediction<Meadow>(tickRate: 60)
        var now = Duration.zero
        for worldSnapshot in snapshots {
            now += .milliseconds(50)
            let bytes = worldSnapshot.bytes
            for index in bytes.indices {
                var flipped = bytes
                flipped[index] ^= UInt8(1 << (index % 8))
                play(Datagram(bytes: flipped), to: stage, at: now)
                play(Datagram(bytes: bytes[..<index]), to: stage, at: now)
            }
            #expect(stage.receive(worldSnapshot, roundTrip: nil, at: now) != nil)
            _ = stage.dueCommands(at: now)
        }
        #expect(stage.statistics(at: now).refusedSnapshots == 0)
        #expect(stage.receiver.entities.count == 10)
    }

    @Test func aDifferentWorldIsDetected() async throws {
        let snapshots = try await recordedSnapshots(60)
        let layout = Meadow.schema.layouts[Meadow.bodies.index]
        var (stage, liedTo) = (
            ClientPrediction<Meadow>(tickRate: 60), ClientPrediction<Meadow>(tickRate: 60)
        )
        for (index, bytes) in snapshots.enumerated() {
            let now = Duration.milliseconds(50) * index
            var worldSnapshot = try SnapshotPacket(bytes, layout: layout)
            _ = stage.receive(bytes, roundTrip: nil, at: now)
            worldSnapshot.worldHash? &+= 1
            var lie = Datagram()
            worldSnapshot.encode(into: &lie, layout: layout)
            _ = liedTo.receive(lie, roundTrip: nil, at: now)
        }
        let (statistics, lies) = (
            stage.statistics(at: .seconds(3)), liedTo.statistics(at: .seconds(3))
        )
        #expect(statistics.checkedSnapshots > 10)
        #expect(statistics.driftedSnapshots == 0)
        #expect(lies.driftedSnapshots == lies.checkedSnapshots)
    }

    /// One forged packet must not make all later ones look old.
    @Test func forgedTicksAreRefusedBeforeTheyAreBelieved() async throws {
        let packets = try await recordedSnapshots(40)
        let layout = Meadow.schema.layouts[Meadow.bodies.index]
        var stage = ClientPrediction<Meadow>(tickRate: 60)
        var now = Duration.zero
        for bytes in packets {
            now += .milliseconds(50)
            let honest = try SnapshotPacket(bytes, layout: layout)
            var (future, taken, check) = (honest, honest, honest)
            future.tick = Tick(number: .max)
            future.report = CommandReport(taken: future.tick, worst: nil, loss: 0, lossRun: 0)
            taken.report = CommandReport(
                taken: Tick(number: .max), worst: nil, loss: 0, lossRun: 0)
            check.snapshot = Datagram(bytes: check.snapshot.bytes.map { $0 ^ 0x10 })
            check.tick = check.tick.advanced(by: 1)
            let before = stage.prediction?.authoritativeTick
            for forged in [future, taken, check] where stage.inputClock != nil {
                var bytes = Datagram()
                forged.encode(into: &bytes, layout: layout)
                #expect(stage.receive(bytes, roundTrip: nil, at: now) == nil)
            }
            #expect(stage.prediction?.authoritativeTick == before)
            #expect(stage.receive(bytes, roundTrip: nil, at: now) == honest.tick)
            #expect(stage.prediction?.authoritativeTick == honest.tick)
            _ = stage.dueCommands(at: now)
        }
        #expect(stage.statistics(at: now).refusedSnapshots == 3 * (packets.count - 1))
    }

    /// A client that never asks for statistics keeps ten seconds of corrections, and no more.
    @Test func unreadCorrectionsAreForgotten() throws {
        let layout = Meadow.schema.layouts[Meadow.bodies.index]
        var server = ReplicationServer(schema: Meadow.schema)
        var replica = ClientReplica()
        var stage = ClientPrediction<Meadow>(tickRate: 60)
        var most = 0
        for number in 1...6_000 as ClosedRange<UInt32> {
            let now = Duration.milliseconds(Int(number) * 50)
            let tick = Tick(number: 3 * number)
            server.beginTick(tick)
            var runner = Runner(player: PlayerID(rawValue: 1), at: SIMD2(100, 100))
            // Somewhere else each time, though not so far that it is a teleport.
            runner.position.x += Double(number % 2)
            let snapshot = try #require(server.write(for: &replica, budget: 1_000).first)
            var bytes = Datagram()
            SnapshotPacket(
                tick: tick, report: CommandReport(taken: tick, worst: nil, loss: 0, lossRun: 0),
                body: .state(EntityHandle(rawValue: 1), runner.quantised()), snapshot: snapshot
            ).encode(into: &bytes, layout: layout)
            #expect(stage.receive(bytes, roundTrip: .milliseconds(20), at: now) == tick)
            _ = stage.dueCommands(at: now)
            most = max(most, stage.rememberedCorrections)
        }
        #expect((100...201).contains(most))
    }

    /// On a copy, so that each lie meets the same client.
    private func play(_ bytes: Datagram, to stage: ClientPrediction<Meadow>, at now: Duration) {
        var stage = stage
        _ = stage.receive(bytes, roundTrip: .seconds(1), at: now)
        _ = stage.dueCommands(at: now + .milliseconds(17))
        let frame = stage.frame(at: now + .milliseconds(17))
        _ = frame?.entities(of: Meadow.cast.sheep)
        _ = stage.statistics(at: now + .seconds(1))
    }

    /// The packets of a real server to one player: the body and ten sheep.
    private func recordedSnapshots(_ count: Int) async throws -> [Datagram] {
        try await serving(MeadowWorld(sheep: 10, moving: 5), configure: { $0.checksWorlds = true })
        {
            _, addresses in
            let raw = try await RawRunner(addresses)
            var snapshots: [Datagram] = []
            var receiver = SnapshotReceiver(schema: Meadow.schema)
            let layout = Meadow.schema.layouts[Meadow.bodies.index]
            while let payload = try await raw.player.nextPayload() {
                guard case .worldSnapshot(let bytes) = payload else { continue }
                let tick = try SnapshotPacket(bytes, layout: layout).tick
                _ = try receiver.receive(try SnapshotPacket(bytes, layout: layout).snapshot)
                snapshots.append(bytes)
                if snapshots.count == count { break }
                var runner = raw
                try await runner.send(
                    [Meadow.idle], upTo: tick.advanced(by: 5),
                    acknowledging: receiver.acknowledgement)
            }
            return snapshots
        }
    }
}
