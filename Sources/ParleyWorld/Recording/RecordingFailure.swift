public import ParleyDatagrams
public import ParleyProtocol

/// Why a session is not recorded any more, or a recording cannot be read.
public enum RecordingFailure: Error, Hashable, Sendable, CustomStringConvertible {
    /// The file could not be made, written or read.
    case file(RecordingError)
    /// No thread could be had to write it; `code` is the system's `errno`.
    case noThread(code: Int32)
    /// The disk is so slow that so many ticks waited for it.
    case tooSlow(waiting: Int)
    /// Something that happened in this tick cannot be written.
    case unwritable(Tick, DatagramError)
    /// More was there to see after this tick than a record can hold: 65,536 entities, and some
    /// 4 MB that changed.
    case tooManyEntities(Tick)
    /// These bytes do not begin as a recording does.
    case notARecording
    /// The header says nothing that makes sense, or is of another format.
    case malformedHeader(DatagramError)
    /// The session was another game's.
    case otherGame(recorded: String, reading: String)
    /// The entities of that game were described in another way.
    case otherSchema(recorded: UInt64, reading: UInt64?)
    /// The record behind this tick says nothing that makes sense.
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
