public import ParleyDatagrams
public import ParleyProtocol

/// The reason why a session is no longer recorded, or a recording cannot be read.
public enum RecordingFailure: Error, Hashable, Sendable, CustomStringConvertible {
    /// The file could not be created, written or read.
    case file(RecordingError)
    /// The system gave no thread to write it; `code` is its `errno`.
    case noThread(code: Int32)
    /// The disk is too slow: this many ticks waited for it.
    case tooSlow(waiting: Int)
    /// A command, request or name of this tick cannot be encoded.
    case unwritable(Tick, DatagramError)
    /// The state after this tick is more than a record can hold: 65,536 entities, and some 4 MB of
    /// changes.
    case tooManyEntities(Tick)
    /// The bytes do not begin like a recording.
    case notARecording
    /// The header makes no sense, or is of another format.
    case malformedHeader(DatagramError)
    /// The recording is of another game.
    case otherGame(recorded: String, reading: String)
    /// The recording has other entities than the game.
    case otherSchema(recorded: UInt64, reading: UInt64?)
    /// The record behind this tick has another checksum: bytes were changed, or a record is missing.
    case damaged(after: Tick)
    /// The record behind this tick makes no sense.
    case malformed(after: Tick, DatagramError)
    /// The state behind this tick does not follow from the one before it.
    case malformedState(after: Tick, SnapshotError)

    /// The reason in words.
    public var description: String {
        switch self {
        case .file(let error): "\(error)"
        case .noThread(let code): "no thread could be had to write the recording: errno \(code)"
        case .tooSlow(let count): "the disk is too slow: \(count) ticks wait for it"
        case .unwritable(let tick, let error): "tick \(tick.number) cannot be recorded: \(error)"
        case .tooManyEntities(let tick):
            "there is more to see after tick \(tick.number) than a record can hold"
        case .notARecording: "this is no recording of Parley's"
        case .malformedHeader(let error): "the recording's header is malformed: \(error)"
        case .otherGame(let recorded, let reading):
            "the recording is of the game “\(recorded)”, not of “\(reading)”"
        case .otherSchema(let recorded, let reading):
            "the recording shows schema \(Self.hexadecimal(recorded)), the game has "
                + (reading.map(Self.hexadecimal) ?? "none")
        case .damaged(let tick):
            "the record after tick \(tick.number) is damaged: its checksum is another one"
        case .malformed(let tick, let error):
            "the record after tick \(tick.number) is malformed: \(error)"
        case .malformedState(let tick, let error):
            "the state in the record after tick \(tick.number) is refused: \(error)"
        }
    }

    private static func hexadecimal(_ hash: UInt64) -> String {
        let digits = String(hash, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}
