public import ParleyDatagrams
public import ParleyProtocol

/// A recorded tick.
public struct RecordedTick<Game: GameProtocol>: Sendable {
    /// The tick's input.
    public let input: TickInput<Game>
    /// The digest of all that the world sent to players in it.
    let digest: UInt64

    /// The tick's number.
    public var tick: Tick { input.step.tick }
}

/// The end of a recording.
public enum RecordingEnding: Hashable, Sendable, CustomStringConvertible {
    /// The recording lasted as long as the game.
    case finished
    /// The recording ended before the game, for the reason in the text.
    case ended(because: String)
    /// The bytes end without a last record, as after a crash of the process or the machine. The error
    /// names the truncated part; nil between two records.
    case cutOff(RecordingError?)

    /// The ending in words.
    public var description: String {
        switch self {
        case .finished: "the game was over"
        case .ended(let reason): "the recording was ended: \(reason)"
        case .cutOff(let error?): "the recording was cut off: \(error)"
        case .cutOff(nil): "the recording was cut off"
        }
    }
}

/// Reads a recording from its beginning, tick by tick, at its caller's pace.
///
/// ```swift
/// let reader = try RecordingReader<Race>(path: "race.parley")
/// while let tick = try reader.next() {
///     for (handle, kart) in reader.state?.states(of: Race.bodies) ?? [] { … }
/// }
/// print(reader.ending)
/// ```
///
/// Whatever the bytes, nothing traps, and memory grows with the bytes that are there. Each record has
/// a checksum; damage is an error. Calls may block on the disk: keep them off event loops and actors
/// that must not wait.
public final class RecordingReader<Game: GameProtocol> {
    /// The recording's header.
    public let header: RecordingHeader

    /// The state of all entities after the newest tick that was read; nil if states were not recorded.
    public private(set) var state: SnapshotReceiver?

    /// The newest tick that was read, 0 before the first.
    public private(set) var tick = Tick(number: 0)

    /// The recording's end; nil until the last tick was read.
    public private(set) var ending: RecordingEnding?

    private var source: RecordingSource
    private var seal = RecordSeal()

    /// Opens a file.
    ///
    /// - Throws: ``RecordingFailure``: the file cannot be read, is no recording, or is one of another
    ///   game or of other entities.
    public convenience init(path: String) throws(RecordingFailure) {
        do { try self.init(.file(try DatagramFileReader(path: path))) } catch {
            throw Self.failure(error)
        }
    }

    /// Reads a recording in memory.
    ///
    /// - Throws: As ``init(path:)`` does.
    public convenience init(_ data: Datagram) throws(RecordingFailure) {
        do { try self.init(.memory(DatagramBuffer(data))) } catch { throw Self.failure(error) }
    }

    private static func failure(_ error: any Error) -> RecordingFailure {
        switch error {
        case let failure as RecordingFailure: failure
        case let error as RecordingError: .file(error)
        case let error as DatagramError: .malformedHeader(error)
        default: .notARecording
        }
    }

    private init(_ source: RecordingSource) throws {
        var source = source
        guard let magic = try? source.readHeader(RecordingHeader.magic.count),
            magic.bytes == RecordingHeader.magic, let record = try source.next()
        else { throw RecordingFailure.notARecording }
        // Another format may have no checksums, so its number comes first.
        try RecordingHeader.checkVersion(of: record)
        guard let content = seal.open(record) else {
            throw RecordingFailure.damaged(after: Tick(number: 0))
        }
        header = try content.decoded()
        let schema = (Game.self as? any GameRules.Type)?.schema
        try header.check(game: Game.name, schema: schema?.hash)
        self.source = source
        guard header.schema != nil, let schema else { return }
        var limits = SnapshotReceiver.Limits()
        limits.entityCount = 1 << 16
        state = SnapshotReceiver(schema: schema, limits: limits)
    }

    /// Reads the next tick; ``state`` is then the state after it.
    ///
    /// - Returns: Nil at the end; ``ending`` then has its kind. A truncated recording yields all whole
    ///   ticks.
    /// - Throws: ``RecordingFailure`` if the bytes are damaged or invalid. Later calls read nothing
    ///   more.
    public func next() throws(RecordingFailure) -> RecordedTick<Game>? {
        if ending != nil { return nil }
        let record: Datagram?
        do throws(RecordingError) { record = try source.next() } catch {
            guard case .truncated = error else { throw .file(error) }
            ending = .cutOff(error)
            return nil
        }
        guard let record else {
            ending = .cutOff(nil)
            return nil
        }
        return try take(record)
    }

    private func take(_ record: Datagram) throws(RecordingFailure) -> RecordedTick<Game>? {
        guard let sealed = seal.open(record) else { throw .damaged(after: tick) }
        let content: TickRecord<Game>
        do { content = try TickRecord(sealed) } catch { throw .malformed(after: tick, error) }
        switch content {
        case .end(let reason):
            ending = reason.isEmpty ? .finished : .ended(because: reason)
            return nil
        case .tick(let input, let digest, let states):
            guard input.step.tick > tick else {
                throw .malformed(
                    after: tick,
                    .invalidValue(
                        expected: "a later tick", found: "tick \(input.step.tick.number)",
                        offset: 0))
            }
            for packet in states {
                do { _ = try state?.receive(packet) } catch {
                    throw .malformedState(after: tick, error)
                }
            }
            tick = input.step.tick
            return RecordedTick(input: input, digest: digest)
        }
    }
}
