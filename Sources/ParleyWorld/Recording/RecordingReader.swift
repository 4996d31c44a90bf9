public import ParleyDatagrams
public import ParleyProtocol

/// A tick that was recorded.
public struct RecordedTick<Game: GameProtocol>: Sendable {
    /// What the tick brought to the world.
    public let input: TickInput<Game>
    /// Of all that the world told players in it.
    let told: UInt64

    /// Which tick it is.
    public var tick: Tick { input.step.tick }
}

/// How a recording ends.
public enum RecordingEnding: Hashable, Sendable, CustomStringConvertible {
    /// The game was over.
    case finished
    /// Something kept the server from recording on; the text says what.
    case ended(because: String)
    /// The bytes just end, where the process or the machine did; the error says inside of what.
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

/// Reads a recording from its beginning, tick by tick; how fast, is up to its caller.
///
/// ```swift
/// let reader = try RecordingReader<Race>(path: "race.parley")
/// while let tick = try reader.next() {
///     for (handle, kart) in reader.state?.states(of: Race.bodies) ?? [] { … }
/// }
/// print(reader.ending)
/// ```
///
/// Whatever the bytes, nothing traps, and memory grows with the bytes that are there. Calls may block
/// on the disk: keep them off event loops and actors that must not wait.
public final class RecordingReader<Game: GameProtocol> {
    /// What the recording says of itself.
    public let header: RecordingHeader

    /// All that there was to see after the tick that was read last; nil where that was not recorded.
    public private(set) var state: SnapshotReceiver?

    /// The tick that was read last, 0 before the first.
    public private(set) var tick = Tick(number: 0)

    /// How the recording ends; nil until the last tick was read.
    public private(set) var ending: RecordingEnding?

    private var source: RecordingSource

    /// Opens a file.
    ///
    /// - Throws: ``RecordingFailure``: it cannot be read, is no recording, or one of another game or
    ///   of other entities.
    public convenience init(path: String) throws(RecordingFailure) {
        do { try self.init(.file(try DatagramFileReader(path: path))) } catch {
            throw Self.failure(error)
        }
    }

    /// Reads what is in memory.
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
        header = try record.decoded()
        let schema = (Game.self as? any GameRules.Type)?.schema
        try header.check(game: Game.name, schema: schema?.hash)
        self.source = source
        guard header.schema != nil, let schema else { return }
        var limits = SnapshotReceiver.Limits()
        limits.entityCount = 1 << 16
        state = SnapshotReceiver(schema: schema, limits: limits)
    }

    /// The next tick; ``state`` is then what there was to see after it.
    ///
    /// - Returns: nil at the end; ``ending`` then says which. A recording that was cut off gives all
    ///   ticks that are whole.
    /// - Throws: ``RecordingFailure`` when the bytes say nothing that makes sense; nothing can be read
    ///   behind that.
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
        let content: TickRecord<Game>
        do { content = try TickRecord(record) } catch { throw .malformed(after: tick, error) }
        switch content {
        case .end(let reason):
            ending = reason.isEmpty ? .finished : .ended(because: reason)
            return nil
        case .tick(let input, let told, let states):
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
            return RecordedTick(input: input, told: told)
        }
    }
}
