import Foundation
import ParleyDatagrams
import ParleyProtocol
import ParleySockets
import ParleyWorld
import TestGames
import Testing

/// Recordings as bytes: their contents, truncated ones, and foreign ones.
@Suite(.timeLimit(.minutes(5))) struct RecordingFileTests {
    @Test func aRecordingIsReadAsItWasWritten() async throws {
        let reader = try RecordingReader<Meadow>(await RecordedFlock.driven(seed: 1))
        #expect(reader.header.game == "meadow")
        #expect(reader.header.schema == Meadow.schema.hash)
        #expect(reader.header.tickRate == 60)
        #expect(reader.header.seed == 1)
        #expect(reader.header.payload == Datagram(bytes: [1, 2, 3]))
        var number: UInt32 = 0
        while let tick = try reader.next() {
            number += 1
            let written = RecordedFlock.input(number, duration: .seconds(1) / 60)
            #expect(tick.tick == Tick(number: number))
            #expect(try Datagram(encoding: tick.input) == Datagram(encoding: written))
            #expect(tick.input.step == written.step)
            #expect(tick.input.watchers == written.watchers)
            #expect(tick.input.commands.map(\.view) == written.commands.map(\.view))
            #expect(tick.input.commands.map(\.sequence) == written.commands.map(\.sequence))
            #expect(tick.input.commands.map(\.origin) == written.commands.map(\.origin))
            #expect(tick.input.leaves == written.leaves)
            #expect(tick.input.joins == written.joins)
        }
        #expect(number == 200)
        #expect(reader.ending == .finished)
        #expect(try reader.next() == nil)
    }

    /// After a crash all whole ticks are there.
    @Test func aTruncatedRecordingYieldsItsWholeRecords() async throws {
        let data = try await RecordedFlock.driven(seed: 2, ticks: 12)
        var known = 0
        for count in 0..<data.count {
            let cut = data.slice(..<count)
            guard let reader = try? RecordingReader<Meadow>(cut) else {
                #expect(count < 68)
                continue
            }
            var ticks = 0
            while try reader.next() != nil { ticks += 1 }
            #expect(ticks >= known)
            known = ticks
            guard case .cutOff = reader.ending else {
                Issue.record("\(count) bytes end as \(String(describing: reader.ending))")
                continue
            }
        }
        #expect(known == 12)
    }

    /// Every changed byte is found: the reader throws, or the bytes end too early.
    @Test(arguments: [0x01, 0x41, 0x80, 0xFF] as [UInt8])
    func everyDamagedByteIsFound(mask: UInt8) async throws {
        let data = try await RecordedFlock.driven(seed: 2, ticks: 12).bytes
        for index in data.indices {
            var bytes = data
            bytes[index] ^= mask
            do {
                let reader = try RecordingReader<Meadow>(Datagram(bytes: bytes))
                while try reader.next() != nil {}
                // A length beyond the end looks as if the rest were missing.
                guard case .cutOff(_?) = reader.ending else {
                    Issue.record("byte \(index) ends as \(String(describing: reader.ending))")
                    continue
                }
            } catch {
                #expect(!error.description.isEmpty)
            }
        }
    }

    @Test func aRecordThatIsMissingOrElsewhereIsFound() async throws {
        let data = try await RecordedFlock.driven(seed: 2, ticks: 6)
        let records = try Self.records(of: data)
        for index in records.indices.dropLast() {
            var missing = records
            missing.remove(at: index)
            var swapped = records
            swapped.swapAt(index, index + 1)
            for order in [missing, swapped] {
                #expect(throws: RecordingFailure.self) {
                    let reader = try RecordingReader<Meadow>(Self.recording(of: order))
                    while try reader.next() != nil {}
                }
            }
        }
        let reader = try RecordingReader<Meadow>(Self.recording(of: records))
        while try reader.next() != nil {}
        #expect(reader.ending == .finished)
    }

    /// The records behind the magic, as they are in the file.
    private static func records(of data: Datagram) throws -> [Datagram] {
        var buffer = DatagramBuffer(data)
        _ = try buffer.readHeader(8)
        var records: [Datagram] = []
        while let record = try buffer.next() { records.append(record) }
        return records
    }

    private static func recording(of records: [Datagram]) throws -> Datagram {
        var buffer = DatagramBuffer()
        try buffer.writeHeader(Array("PARLEYRC".utf8))
        for record in records { buffer.put(record) }
        return buffer.data
    }

    @Test func otherFilesAndGamesAreRefused() async throws {
        let data = try await RecordedFlock.driven(seed: 2, ticks: 1)
        #expect(throws: RecordingFailure.notARecording) {
            try RecordingReader<Meadow>(Datagram(bytes: Array("PNG and what follows".utf8)))
        }
        #expect(throws: RecordingFailure.notARecording) { try RecordingReader<Meadow>(Datagram()) }
        #expect(throws: RecordingFailure.otherGame(recorded: "meadow", reading: "walk")) {
            try RecordingReader<WalkGame>(data)
        }
        // The format's number stands behind the magic and the record's length.
        var bytes = data.bytes
        bytes[12] = 9
        let error = #expect(throws: RecordingFailure.self) {
            try RecordingReader<Meadow>(Datagram(bytes: bytes))
        }
        #expect(
            error?.description
                == "the recording's header is malformed: expected format 3 at offset 0, but found format 9"
        )
        let other = Meadow.schema.hash ^ 1
        var header = try Datagram(
            encoding: RecordingHeader(game: "meadow", schema: other, tickRate: 60))
        var seal = RecordSeal()
        seal.close(&header)
        #expect(
            throws: RecordingFailure.otherSchema(recorded: other, reading: Meadow.schema.hash)
        ) { try RecordingReader<Meadow>(Self.recording(of: [header])) }
    }

    // MARK: Files

    @Test func aServerRecordsToAFile() async throws {
        let path = FileManager.default.temporaryDirectory
            .appending(path: "parley-recording-\(UUID().uuidString)").path
        defer { try? FileManager.default.removeItem(atPath: path) }
        try await Self.serve(Recording(to: path, seed: 5)) { server in
            while await server.statistics.ticks.count < 30 {
                try await server.network.clock.sleep(for: .milliseconds(5))
            }
        }
        let report = try await Replay.check(RecordingReader<Meadow>(path: path)) { header in
            FlockWorld(seed: header.seed, shepherds: 30)
        }
        #expect(report.difference == nil)
        #expect(report.ticks >= 30)
        #expect(report.ending == .finished)
    }

    @Test func aServerThatCannotRecordDoesNotBegin() async throws {
        let server = GameServer(
            world: FlockWorld(seed: 1), configuration: .init(host: "127.0.0.1", port: 0),
            recording: Recording(to: "/nowhere/at/all"))
        await #expect(throws: RecordingFailure.self) { try await server.run() }
    }

    /// The device that is always full. The game goes on.
    @Test func aFullDiskEndsTheRecordingAndNothingElse() async throws {
        try await Self.serve(Recording(to: "/dev/full")) { server in
            let event = await server.events.first {
                if case .recordingEnded = $0 { true } else { false }
            }
            guard case .recordingEnded(.file(.system("write", _, _)))? = event else {
                Issue.record("\(String(describing: event))")
                return
            }
            let before = await server.statistics.ticks.count
            while await server.statistics.ticks.count < before + 10 {
                try await server.network.clock.sleep(for: .milliseconds(5))
            }
        }
    }

    /// A pipe that is never emptied is as slow as a disk can be.
    @Test func aDiskThatIsTooSlowEndsTheRecordingAndNothingElse() async throws {
        let path = FileManager.default.temporaryDirectory
            .appending(path: "parley-pipe-\(UUID().uuidString)").path
        #expect(mkfifo(path, 0o600) == 0)
        defer { unlink(path) }
        // Open for both, so that neither end waits for the other.
        let pipe = open(path, O_RDWR | O_NONBLOCK)
        #expect(pipe >= 0)
        try await Self.serve(Recording(to: path, seed: 2), tickRate: 240, sheep: 600) { server in
            let event = await server.events.first {
                if case .recordingEnded = $0 { true } else { false }
            }
            #expect(event == .recordingEnded(.tooSlow(waiting: 480)))
            let before = await server.statistics.ticks.count
            while await server.statistics.ticks.count < before + 10 {
                try await server.network.clock.sleep(for: .milliseconds(5))
            }
            // What waits is written before the server ends, if only the pipe takes it.
            close(pipe)
        }
    }

    private static func serve(
        _ recording: Recording, tickRate: Int = 60, sheep: Int = 20,
        _ body: (GameServer<FlockWorld>) async throws -> Void
    ) async throws {
        let server = GameServer(
            world: FlockWorld(seed: recording.seed, sheep: sheep, shepherds: 30),
            configuration: .init(host: "127.0.0.1", port: 0, tickRate: tickRate),
            recording: recording)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await server.run() }
            _ = try await server.ready()
            try await body(server)
            group.cancelAll()
            try await group.waitForAll()
        }
    }
}
