public import ParleyDatagrams

/// That a server is to write down what happens, where to, and what its world was made of.
///
/// ```swift
/// let server = GameServer(
///     world: RaceWorld(seed: 7),
///     recording: Recording(to: "race.parley", seed: 7, payload: track))
/// ```
///
/// Each tick's ``TickInput`` is recorded, which is all that reaches the world, and, of a world that
/// predicting clients are shown, its state after the tick. ``RecordingReader`` reads it again, and
/// ``Replay`` runs the rules again and says where they come to something else.
public struct Recording: Sendable {
    /// Where it goes.
    enum Destination: Sendable {
        case file(path: String)
        case memory(RecordedBytes)
    }

    let destination: Destination

    /// What the world's chance came from, for whoever replays it.
    public let seed: UInt64

    /// What else the world was made of, in the game's own bytes.
    public let payload: Datagram

    /// A recording in a file, which is made, or emptied when it is there.
    ///
    /// A thread of its own writes it. When the disk is slower than the game for two seconds, the
    /// recording ends (``ServerEvent/recordingEnded(_:)``) and the game goes on.
    ///
    /// - Parameters:
    ///   - path: Where the file is.
    ///   - seed: What the world's chance comes from.
    ///   - payload: What else it was made of.
    public init(to path: String, seed: UInt64 = 0, payload: Datagram = Datagram()) {
        destination = .file(path: path)
        self.seed = seed
        self.payload = payload
    }

    /// A recording in memory, which grows as long as the game goes on: for tests, and for
    /// simulations, which no thread of the system's may have a part in.
    ///
    /// - Parameters:
    ///   - bytes: Where it goes.
    ///   - seed: What the world's chance comes from.
    ///   - payload: What else it was made of.
    public init(into bytes: RecordedBytes, seed: UInt64 = 0, payload: Datagram = Datagram()) {
        destination = .memory(bytes)
        self.seed = seed
        self.payload = payload
    }
}
