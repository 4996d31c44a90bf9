import ParleyDatagrams
import ParleyProtocol
import ParleySockets
import ParleyWorld
import TestGames
import TestNetworks
import Testing

/// A server that lies, or a network that changes what it says, costs a client its picture at the most.
@Suite struct HostileSnapshotPacketTests {
    @Test func everyTruncationAndFlippedBitIsRefusedOrHarmless() async throws {
        let shows = try await recordedSnapshots(30)
        var stage = ClientPrediction<Meadow>(tickRate: 60)
        var now = Duration.zero
        for worldSnapshot in shows {
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

    @Test func aWorldThatIsAnotherIsFoundOut() async throws {
        let shows = try await recordedSnapshots(60)
        let layout = Meadow.schema.layouts[Meadow.bodies.index]
        var (stage, liedTo) = (
            ClientPrediction<Meadow>(tickRate: 60), ClientPrediction<Meadow>(tickRate: 60)
        )
        for bytes in shows {
            var worldSnapshot = try SnapshotPacket(bytes, layout: layout)
            _ = stage.receive(bytes, roundTrip: nil, at: .zero)
            worldSnapshot.worldHash? &+= 1
            var lie = Datagram()
            worldSnapshot.encode(into: &lie, layout: layout)
            _ = liedTo.receive(lie, roundTrip: nil, at: .zero)
        }
        let (statistics, lies) = (stage.statistics(at: .zero), liedTo.statistics(at: .zero))
        #expect(statistics.checkedSnapshots > 10)
        #expect(statistics.driftedSnapshots == 0)
        #expect(lies.driftedSnapshots == lies.checkedSnapshots)
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

    /// What a server really shows to somebody, the own body and ten sheep.
    private func recordedSnapshots(_ count: Int) async throws -> [Datagram] {
        try await serving(MeadowWorld(sheep: 10, moving: 5), configure: { $0.checksWorlds = true })
        {
            _, addresses in
            let raw = try await RawRunner(addresses)
            var shows: [Datagram] = []
            var receiver = SnapshotReceiver(schema: Meadow.schema)
            let layout = Meadow.schema.layouts[Meadow.bodies.index]
            for await received in raw.player.socket.datagrams {
                guard case .worldSnapshot(let bytes) = try ServerPacket(received.datagram) else {
                    continue
                }
                let tick = try SnapshotPacket(bytes, layout: layout).tick
                _ = try receiver.receive(try SnapshotPacket(bytes, layout: layout).snapshot)
                shows.append(bytes)
                if shows.count == count { break }
                var runner = raw
                try await runner.send(
                    [Meadow.idle], upTo: tick.advanced(by: 5),
                    acknowledging: receiver.acknowledgement)
            }
            return shows
        }
    }
}
