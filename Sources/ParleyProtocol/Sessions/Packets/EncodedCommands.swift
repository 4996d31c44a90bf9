public import ParleyDatagrams

/// The commands of one step as they came: bytes, by player in the order of joining, then by sequence.
///
/// A server fills it from its players' packets, the world's `CommandDecoder` decodes it for the game, and the
/// server counts what became of the commands. Its memory is used again for the next step.
public struct EncodedCommands: Sendable {
    /// One command, or none where a player gave none for the step.
    package struct Entry: Sendable {
        package let player: PlayerID
        let sequence: UInt32
        /// Where its bytes are; nil if none came.
        let range: Range<UInt32>?
        let view: TickTime?
        /// The origin of the command that the step had.
        package fileprivate(set) var origin = CommandOrigin.idle
    }

    package private(set) var entries: [Entry] = []
    /// The bytes of all commands.
    package var bytes = Datagram()
    /// How many commands could not be decoded.
    package private(set) var malformed = 0

    /// No commands.
    package init() {}

    /// How many commands and gaps there are.
    @usableFromInline package var count: Int { entries.count }

    /// Forgets all commands, and keeps the memory.
    package mutating func removeAll() {
        entries.removeAll(keepingCapacity: true)
        bytes.removeAll(keepingCapacity: true)
        malformed = 0
    }

    /// Appends a command whose bytes are the last of ``bytes``, or a gap.
    package mutating func append(
        of player: PlayerID, sequence: UInt32, byteCount: Int?, view: TickTime? = nil
    ) {
        let end = UInt32(bytes.count)
        let range = byteCount.map { end - UInt32($0)..<end }
        entries.append(Entry(player: player, sequence: sequence, range: range, view: view))
    }

    /// The player of a command or gap, and its sequence.
    @usableFromInline
    package func head(_ index: Int) -> (player: PlayerID, sequence: UInt32) {
        (entries[index].player, entries[index].sequence)
    }

    /// The bytes of a command, and the moment on the player's screen; nil for a gap.
    @usableFromInline
    package func command(_ index: Int) -> (bytes: DatagramReader, view: TickTime?)? {
        let entry = entries[index]
        guard let range = entry.range else { return nil }
        var reader = bytes.slice(Int(range.lowerBound)..<Int(range.upperBound)).reader
        reader.codingLimits = SessionFormat.commandLimits
        return (reader, entry.view)
    }

    /// Notes which command the step had in the end.
    @usableFromInline
    package mutating func note(_ origin: CommandOrigin, at index: Int) {
        entries[index].origin = origin
    }

    /// Notes that a command could not be decoded.
    @usableFromInline
    package mutating func noteMalformed() { malformed += 1 }
}
