import ParleyDatagrams
public import ParleyProtocol

/// Writes a recording, tick by tick: for programs that drive a world without a server.
///
/// ```swift
/// let writer = try RecordingWriter<Race>(header, to: Recording(into: bytes))
/// let outcome = try await driver.step(input)
/// try writer.append(input, outcome)
/// ```
///
/// Calls may block on the disk: keep them off event loops and actors that must not wait.
public final class RecordingWriter<Game: GameProtocol> {
    private enum Output {
        case file(DatagramFileWriter)
        case memory(RecordedBytes)
    }

    private let output: Output
    private var states: StateRecorder?
    private var seal = RecordSeal()

    /// Begins a recording.
    ///
    /// - Parameters:
    ///   - recording: The destination, the seed and the payload.
    ///   - schema: What predicting clients see; nil to record inputs only.
    ///   - tickRate: Steps per second of world time.
    /// - Throws: ``RecordingFailure``.
    public init(
        _ recording: Recording, schema: ReplicationSchema?, tickRate: Int
    ) throws(RecordingFailure) {
        let header = RecordingHeader(
            game: Game.name, schema: schema?.hash, tickRate: tickRate, seed: recording.seed,
            payload: recording.payload)
        states = schema.map(StateRecorder.init(schema:))
        do {
            let bytes = try Self.encoded(header)
            switch recording.destination {
            case .file(let path):
                let file = try DatagramFileWriter(path: path)
                try file.writeHeader(RecordingHeader.magic)
                output = .file(file)
            case .memory(let buffer):
                try buffer.writeHeader(RecordingHeader.magic)
                output = .memory(buffer)
            }
            var record = bytes
            seal.close(&record)
            try put(record)
        } catch let error as RecordingError {
            throw .file(error)
        } catch {
            throw .unwritable(Tick(number: 0), .coding(path: "", reason: "\(error)"))
        }
    }

    private static func encoded(_ header: RecordingHeader) throws -> Datagram {
        try Datagram(encoding: header)
    }

    /// Records a tick that was run.
    ///
    /// - Parameters:
    ///   - input: The tick's input; its state is recorded if `wantsWorldSnapshot` is set.
    ///   - outcome: The tick's outcome.
    /// - Throws: ``RecordingFailure``.
    public func append(
        _ input: TickInput<Game>, _ outcome: TickOutcome<Game>
    ) throws(RecordingFailure) {
        let tick = input.step.tick
        var packets: [Datagram] = []
        if let worldSnapshot = outcome.worldSnapshot, states != nil {
            guard let all = states?.packets(of: worldSnapshot) else { throw .tooManyEntities(tick) }
            packets = all
        }
        do {
            let content = TickRecord.tick(input, digest: outcome.digest, states: packets)
            var record = try content.encoded()
            seal.close(&record)
            try put(record)
        } catch let error as RecordingError {
            throw .file(error)
        } catch let error as DatagramError {
            throw .unwritable(tick, error)
        } catch {
            throw .unwritable(tick, .coding(path: "", reason: "\(error)"))
        }
    }

    /// Hands all written records to the operating system.
    ///
    /// - Throws: ``RecordingFailure``.
    public func flush() throws(RecordingFailure) {
        guard case .file(let file) = output else { return }
        do { try file.flush() } catch { throw .file(error) }
    }

    /// Writes the last record, and closes the file.
    ///
    /// - Parameter reason: Why the recording ended before the game; empty if it did not.
    /// - Throws: ``RecordingFailure``.
    public func close(because reason: String = "") throws(RecordingFailure) {
        let end = TickRecord<Game>.end(reason)
        do {
            if var record = try? end.encoded() {
                seal.close(&record)
                try put(record)
            }
            if case .file(let file) = output { try file.close() }
        } catch { throw .file(error) }
    }

    private func put(_ record: Datagram) throws(RecordingError) {
        switch output {
        case .file(let file): try file.put(record)
        case .memory(let buffer): buffer.put(record)
        }
    }
}
