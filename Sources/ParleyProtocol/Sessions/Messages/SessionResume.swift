package import ParleyDatagrams

/// The first message of a client that continues a session on another connection.
package struct SessionResume: Hashable, Sendable, DatagramCodable {
    /// The session protocol that the client speaks.
    package var version: UInt16
    /// The player's number.
    package var player: PlayerID
    /// The secret of the welcome, or of the newest answer to a resume.
    package var secret: ResumeSecret
    /// The number of this attempt among all of the session, from 1. The server refuses one that is
    /// not newer than all before.
    package var attempt: UInt32
    /// How many notices the client has received.
    package var notices: UInt64
    /// The client's part of the new keys of packets.
    package var random: SessionRandom
    /// The game that the client plays.
    package var game: String
    /// The hash of the entities' schema if the client predicts.
    package var schema: UInt64?

    package init(
        version: UInt16 = SessionFormat.version, player: PlayerID, secret: ResumeSecret,
        attempt: UInt32, notices: UInt64, random: SessionRandom, game: String, schema: UInt64? = nil
    ) {
        self.version = version
        self.player = player
        self.secret = secret
        self.attempt = attempt
        self.notices = notices
        self.random = random
        self.game = game
        self.schema = schema
    }

    package init(from reader: inout DatagramReader) throws(DatagramError) {
        version = try reader.read()
        player = try reader.read()
        secret = try reader.read()
        attempt = try reader.read()
        notices = try reader.read()
        random = try reader.read()
        game = try reader.readString()
        schema = reader.remainingCount > 0 ? try reader.read(UInt64.self) : nil
    }

    package func encode(into datagram: inout Datagram) throws(DatagramError) {
        datagram.append(version)
        try datagram.append(player)
        secret.encode(into: &datagram)
        datagram.append(attempt)
        datagram.append(notices)
        random.encode(into: &datagram)
        try datagram.append(game)
        if let schema { datagram.append(schema) }
    }

    /// The reason to refuse this client; nil if it fits a server.
    package func mismatch(with game: String, schema: ReplicationSchema?) -> String? {
        ClientHello.mismatch(self.game, self.schema, with: game, schema: schema)
    }
}
