public import ParleyDatagrams

/// Where a server records its session, and what its world was made from.
///
/// ```swift
/// let server = GameServer(
///     world: RaceWorld(seed: 7),
///     recording: Recording(to: "race.parley", seed: 7, payload: track))
/// ```
///
/// A recording has each tick's ``TickInput``, which is all that reaches the world. For a world with
/// predicting clients it also has the state after each tick. ``RecordingReader`` reads it, and
/// ``Replay`` runs the rules again and finds the first difference.
public struct Recording: Sendable {
    /// The destination of the bytes.
    enum Destination: Sendable {
        case file(path: String)
        case memory(RecordedBytes)
    }

    let destination: Destination

    /// The seed of the world's random numbers, for a replay.
    public let seed: UInt64

    /// Other parameters of the world, in the game's own bytes.
    public let payload: Datagram

    /// A recording in a file, which is created, or emptied if it exists.
    ///
    /// A separate thread writes it. If the disk is slower than the game for two seconds, the recording
    /// ends (``ServerEvent/recordingEnded(_:)``) and the game goes on.
    ///
    /// - Parameters:
    ///   - path: The file's path.
    ///   - seed: The seed of the world's random numbers.
    ///   - payload: Other parameters of the world.
    public init(to path: String, seed: UInt64 = 0, payload: Datagram = Datagram()) {
        destination = .file(path: path)
        self.seed = seed
        self.payload = payload
    }

    /// A recording in memory, which grows as long as the game lasts: for tests, and for simulations,
    /// in which no thread of the system's may take part.
    ///
    /// - Parameters:
    ///   - bytes: Gets the recording.
    ///   - seed: The seed of the world's random numbers.
    ///   - payload: Other parameters of the world.
    public init(into bytes: RecordedBytes, seed: UInt64 = 0, payload: Datagram = Datagram()) {
        destination = .memory(bytes)
        self.seed = seed
        self.payload = payload
    }
}
