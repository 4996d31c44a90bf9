import ArenaGame
import Foundation
import Parley
import SampleSupport
import TestSupport
import Testing

@testable import arena

/// Recorded arenas: from a shell, and as a playback.
@Suite(.serialized, .timeLimit(.minutes(5))) struct ReplayProgramTests {
    /// Runs `body` with the path of a new file, and removes the file afterwards.
    private func withFile(_ body: (String) async throws -> Void) async throws {
        let path = FileManager.default.temporaryDirectory
            .appending(path: "parley-arena-\(UUID().uuidString)").path
        defer { try? FileManager.default.removeItem(atPath: path) }
        try await body(path)
    }

    private func record(to path: String) async throws {
        let outcome = try await Program.run(
            "serve", "--port", "0", "--bots", "4", "--npcs", "8", "--seconds", "3", "--seed", "5",
            "--record", path)
        #expect(outcome.status == 0, "\(outcome.errors)")
    }

    @Test func aFileThatExistsIsReplacedOnRequestOnly() async throws {
        try await withFile { path in
            let old = Data("the only copy".utf8)
            try old.write(to: URL(filePath: path))
            let words = ["--port", "0", "--seconds", "1", "--record", path]
            let refused = try await Program(["serve"] + words).outcome()
            #expect(refused.status == 1)
            #expect(refused.errors == "arena: \(path) exists; --force replaces it\n")
            #expect(try Data(contentsOf: URL(filePath: path)) == old)
            let forced = try await Program(["serve", "--force"] + words).outcome()
            #expect(forced.status == 0, "\(forced.errors)")
            #expect(try Data(contentsOf: URL(filePath: path)) != old)
        }
    }

    @Test func aRecordingChecksAndPlays() async throws {
        try await withFile { path in
            try await record(to: path)
            let check = try await Program.run("replay", path, "--check")
            #expect(check.status == 0, "\(check.errors)")
            #expect(check.output.contains(/^\d+ ticks checked, all the same\s*$/))
            let shown = try await Program.run("replay", path)
            #expect(shown.status == 0, "\(shown.errors)")
            let lines = shown.output.split(separator: "\n")
            #expect(lines.first?.hasSuffix("seed 5, 60 ticks a second") == true)
            #expect(lines.count >= 5)
            #expect(lines.contains { $0.contains("4 players") })
            #expect(lines.last == "the game was over")
        }
    }

    @Test func aDifferenceIsSaidAndEndsWithOne() async throws {
        try await withFile { path in
            try await record(to: path)
            // The seed stands behind format, name, schema and rate.
            var bytes = try Data(contentsOf: URL(filePath: path))
            let offset = 8 + 4 + 2 + 2 + ArenaRules.name.utf8.count + 1 + 8 + 4
            #expect(bytes[offset] == 5)
            bytes[offset] = 6
            let changed = try #require(Datagram(bytes: bytes).resealedRecording)
            try Data(changed.bytes).write(to: URL(filePath: path))
            let outcome = try await Program.run("replay", "--check", path)
            #expect(outcome.status == 1)
            #expect(outcome.errors.hasPrefix("arena: tick "), "\(outcome.errors)")
            #expect(outcome.errors.contains(" of the walker #"), "\(outcome.errors)")
        }
    }

    /// A script that checks a recording must not take the first two thirds of it for the whole.
    @Test func aRecordingThatIsCutOffFails() async throws {
        try await withFile { path in
            try await record(to: path)
            let bytes = try Data(contentsOf: URL(filePath: path))
            try bytes.prefix(bytes.count * 2 / 3).write(to: URL(filePath: path))
            let check = try await Program.run("replay", path, "--check")
            #expect(check.status == 1)
            #expect(check.output.contains(/\d+ ticks checked, all the same/))
            #expect(check.errors.hasPrefix("arena: \(path): the recording was cut off"))
            let shown = try await Program.run("replay", path)
            #expect(shown.status == 1)
            #expect(shown.errors.hasPrefix("arena: \(path): the recording was cut off"))
        }
    }

    @Test func mistakesAreExplained() async throws {
        let nothing = try await Program.run("replay")
        #expect(nothing.status == 64)
        #expect(nothing.errors == "arena: a FILE has to be given\n")
        let none = try await Program.run("replay", "/nowhere")
        #expect(none.status == 1)
        // The path stands there once.
        #expect(none.errors.hasPrefix("arena: cannot open /nowhere: "))
    }

    // MARK: The playback

    @Test func keysPauseAndChangeTheSpeed() async {
        let controls = ReplayControls()
        #expect(await controls.speed == 1)
        await controls.press(.character("+"))
        #expect(await controls.speedText == "2×")
        for _ in 0..<20 { await controls.press(.character("-")) }
        #expect(await controls.speed == 0.125)
        #expect(await controls.speedText == "1/8×")
        await controls.press(.character(" "))
        #expect(await controls.speed == 0)
        #expect(await controls.speedText == "paused")
        await controls.press(.character("2"))
        #expect(await controls.area == 1)
        #expect(await controls.isOver == false)
        await controls.press(.character("q"))
        #expect(await controls.isOver)
    }

    @Test func aFilmShowsTheRecordedScene() async throws {
        let bytes = RecordedBytes()
        var payload = Datagram()
        ArenaMaking(npcs: 8).encode(into: &payload)
        let writer = try RecordingWriter<ArenaRules>(
            Recording(into: bytes, seed: 4, payload: payload), schema: ArenaRules.schema,
            tickRate: 60)
        let world = ArenaWorld(npcs: 8, seed: 4)
        let ann = PlayerID(rawValue: 1)
        try await WorldDriver(world).run { driver in
            for number in 1...600 as ClosedRange<UInt32> {
                var input = TickInput<ArenaRules>(
                    step: TickStep(tick: Tick(number: number), duration: driver.stepDuration),
                    wantsWorldSnapshot: true)
                if number == 3 { input.joins = [JoinRequest(Player(id: ann, name: "Ann"))] }
                if number == 4 {
                    input.requests = [PlayerRequest(player: ann, request: .chat("Hello"))]
                }
                try writer.append(input, try await driver.step(input))
            }
        }
        var playback = try RecordingPlayback(RecordingReader(bytes.data))
        try playback.advance(by: 5)
        #expect(playback.scene.tick == Tick(number: 300))
        #expect(playback.timeText == "0:05")
        #expect(playback.players == 1)
        try playback.advance(by: 60)
        #expect(playback.ending == .cutOff(nil))
        #expect(playback.scene.tick == Tick(number: 600))
        let truth = await world.scene()
        let scene = playback.scene.scene
        #expect(scene.snapshot == truth.snapshot)
        #expect(scene.residents == truth.residents)
        let said = scene.events.map(\.text)
        #expect(said.contains("Ann joined"))
        #expect(said.contains("Ann: Hello"))
        let tags = truth.events.map(\.text).filter { $0.contains(" tagged ") }
        #expect(said.filter { $0.contains(" tagged ") } == tags)
    }
}
