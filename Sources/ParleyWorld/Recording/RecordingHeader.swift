public import ParleyDatagrams

/// The first record of a recording: which session it is.
public struct RecordingHeader: Hashable, Sendable {
    /// The game's name, ``GameProtocol/name``.
    public let game: String

    /// The schema's hash; nil if states were not recorded.
    public let schema: UInt64?

    /// Steps per second of world time.
    public let tickRate: Int

    /// The seed of the world's random numbers.
    public let seed: UInt64

    /// Other parameters of the world, in the game's own bytes.
    public let payload: Datagram

    /// A header of these.
    public init(
        game: String, schema: UInt64?, tickRate: Int, seed: UInt64 = 0,
        payload: Datagram = Datagram()
    ) {
        self.game = game
        self.schema = schema
        self.tickRate = tickRate
        self.seed = seed
        self.payload = payload
    }
}

extension RecordingHeader: DatagramCodable {
    /// The format that this version of Parley writes, and the only one that it reads.
    static let version: UInt16 = 3

    /// The first bytes of a file.
    static let magic = Array("PARLEYRC".utf8)

    /// Reads what ``encode(into:)`` wrote.
    public init(from reader: inout DatagramReader) throws(DatagramError) {
        try Self.readVersion(from: &reader)
        game = try reader.readString()
        let hash: UInt64? = try reader.read(Bool.self) ? try reader.read() : nil
        schema = hash
        tickRate = Int(try reader.read(UInt32.self))
        seed = try reader.read()
        payload = try reader.readBlob(length: .uint32).compacted()
    }

    /// Appends format, name, schema, rate, seed and payload.
    ///
    /// - Throws: ``DatagramError/tooLong(what:count:maximum:)`` for a name beyond 65,535 bytes.
    public func encode(into datagram: inout Datagram) throws(DatagramError) {
        datagram.append(Self.version)
        try datagram.append(game)
        datagram.append(schema != nil)
        if let schema { datagram.append(schema) }
        datagram.append(UInt32(clamping: tickRate))
        datagram.append(seed)
        datagram.append(UInt32(clamping: payload.count))
        datagram.append(contentsOf: payload)
    }

    /// Refuses a header of another format by its first number.
    static func checkVersion(of record: Datagram) throws(DatagramError) {
        var reader = record.reader
        try readVersion(from: &reader)
    }

    private static func readVersion(
        from reader: inout DatagramReader
    ) throws(DatagramError) {
        let offset = reader.offset
        let version: UInt16 = try reader.read()
        guard version == Self.version else {
            throw .invalidValue(
                expected: "format \(Self.version)", found: "format \(version)", offset: offset)
        }
    }

    /// Refuses the recording of another game.
    ///
    /// - Parameters:
    ///   - game: The name of the game that reads.
    ///   - schema: The hash of its schema; nil if it has none.
    func check(game: String, schema: UInt64?) throws(RecordingFailure) {
        guard self.game == game else { throw .otherGame(recorded: self.game, reading: game) }
        if let recorded = self.schema, recorded != schema {
            throw .otherSchema(recorded: recorded, reading: schema)
        }
    }
}
