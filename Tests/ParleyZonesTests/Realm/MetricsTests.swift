import ParleyHandoff
import ParleyMetrics
import ParleySimulation
import ParleySockets
import ParleyStore
import ParleyWorld
import TestGames
import TestNetworks
import Testing

@testable import ParleyZones

/// What operators see of a realm's servers.
@Suite struct MetricsTests {
    /// A player crosses a border; then the zone that has it dies. The pages of the first zone, the world server, and the
    /// other zone's next process.
    private static func pages() throws -> [String] {
        try TestRealm.run(seed: 1) { realm in
            try await realm.play(as: "ann") { ann in
                ann.command = Meadow.Command(x: 127, y: 0)
                try await realm.wait(for: ann, in: "east")
                try await realm.simulation.clock.sleep(for: .seconds(2))
                let west = try #require(realm.zone("west"))
                let page = await west.metrics
                realm.simulation.host("east").crash(for: .seconds(1))
                try await realm.wait { await realm.world?.storeCalls.recovered == 1 }
                try await realm.wait { realm.zone("east")?.process?.incarnation.rawValue == 2 }
                let world = try #require(realm.world)
                let east = try #require(realm.zone("east"))
                return [page.text, await world.metrics.text, await east.metrics.text]
            }
        }
    }

    @Test func aCrossingAndATakeoverAreSeen() throws {
        let pages = try Self.pages().map { try PrometheusText($0) }
        let (west, world, east) = (pages[0], pages[1], pages[2])
        func handoffs(_ step: String, _ outcome: String) -> Double? {
            west[
                "parley_handoffs_total",
                ["zone": "west", "step": step, "outcome": outcome]]
        }
        #expect(handoffs("prepare", "begun") == 1 && handoffs("seal", "done") == 1)
        #expect(handoffs("commit", "done") == 1 && handoffs("commit", "lost") == 0)
        let zone = ["zone": "west"]
        #expect(west["parley_sealed_players", zone] == 0)
        #expect(west["parley_sealed_oldest_seconds", zone] == 0)
        let left = try #require(west["parley_lease_left_seconds", zone])
        #expect(left > 3 && left <= 4.4)
        #expect(west["parley_zone_frozen", zone] == 0 && west["parley_players", zone] == 0)
        let ticks = try #require(west["parley_ticks_total", zone])
        #expect(ticks > 60 && west["parley_tick_lateness_seconds_count", zone] == ticks)
        #expect(try #require(west["parley_sent_bytes_total", zone]) > 1_000)
        #expect(try #require(west["parley_commands_given_total", zone]) > 60)
        #expect(east.kinds == west.kinds)
        let server = ["server": "world:0"]
        #expect(world["parley_takeovers_total", ["server": "world:0", "step": "recover"]] == 1)
        #expect(world["parley_logins_total", ["server": "world:0", "outcome": "done"]] == 1)
        #expect(world["parley_world_clients", server] == 1)
        #expect(world["parley_quarantined_characters", server] == 0)
        #expect(world["parley_outbox_oldest_seconds", server] == 0)
        #expect(
            world["parley_fence_refusals_total", ["server": "world:0", "call": "commit"]] == 0)
    }

    @Test(.needs("promtool", package: "prometheus")) func promtoolTakesAllPages() throws {
        for page in try Self.pages() { #expect(try PromTool.complaints(about: page) == "") }
    }

    /// Scrapes do not ask the store more than once in ten seconds.
    @Test func scrapesDoNotBurdenTheStore() throws {
        let (first, second, third) = try TestRealm.run(seed: 1) { realm in
            try await realm.play(as: "ann") { try await realm.wait(for: $0, in: "west") }
            let world = try #require(realm.world)
            _ = await world.metrics
            let character = try #require(await realm.store.records.first).character
            let row = try #require(await realm.store.records.first)
            _ = await realm.store.perform(Quarantine(character, at: row.epoch))
            let first = await world.metrics.text
            let second = await world.metrics.text
            try await realm.simulation.clock.sleep(for: .seconds(11))
            return (first, second, await world.metrics.text)
        }
        let server = ["server": "world:0"]
        for text in [first, second] {
            #expect(try PrometheusText(text)["parley_quarantined_characters", server] == 0)
        }
        #expect(try PrometheusText(third)["parley_quarantined_characters", server] == 1)
    }
}
