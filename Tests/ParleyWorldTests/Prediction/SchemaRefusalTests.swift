import ParleyProtocol
import ParleySockets
import ParleyWorld
import TestGames
import TestNetworks
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(5)), .everyNetwork) struct SchemaRefusalTests {
    @Test func anotherSchemaIsRefusedByBothHashes() async throws {
        try await serving(MeadowWorld()) { _, addresses in
            let raw = try await RawPlayer(addresses)
            try await raw.say(hello: "Old", game: Meadow.name, schema: 0xABC)
            let goodbye = try #require(try await raw.goodbye())
            #expect(goodbye.code == .refused)
            #expect(goodbye.text.contains("0000000000000abc"))
            let own = String(Meadow.schema.hash, radix: 16)
            #expect(goodbye.text.contains(own))
        }
    }

    @Test func aServerWithoutEntitiesRefusesPredictingClients() async throws {
        try await serving { _, addresses in
            let raw = try await RawPlayer(addresses)
            try await raw.say(hello: "Early", schema: 1)
            let goodbye = try #require(try await raw.goodbye())
            #expect(goodbye.text == "this server has no entities to predict")
        }
    }

    @Test func aPlainClientOfAnAuthoritativeWorldHasOneCommandATick() async throws {
        let world = MeadowWorld()
        try await serving(world) { _, addresses in
            let (raw, welcome) = try await RawPlayer.joined(addresses, game: Meadow.name)
            try await raw.bind()
            for sequence in 1...3 as ClosedRange<UInt32> {
                try await raw.send(
                    packet: try raw.packets.command(
                        Meadow.Command(x: 127, y: 0), sequence: sequence, at: raw.clock.now))
            }
            try await until {
                let runners = await world.runners.all
                return (runners.first?.entity.velocity.x ?? 0) > 0
            }
            let steps = try #require(await world.runners.all.first?.entity.steps)
            let commands = try #require(await world.commandCounts[welcome.player])
            #expect(Int(steps) <= commands)
        }
    }
}
