package import ParleyDatagrams

/// The first message of a client that continues a session on another connection.
package struct SessionResume: Hashable, Sendable, DatagramCodable {
    /// The session protocol that the client speaks.
    package var version: UInt16
    /// The player's number.
    package var player: PlayerID
    /// The session's token.
    package var token: SessionToken
    /// The number of this attempt among all of the session, from 1. The server refuses one that is
    /// not newer than all before.
    package var attempt: UInt32
    /// How many notices the client has received.
    package var notices: UInt64
    /// The game that the client plays.
    package var game: String
    /// The hash of the entities' schema if the client predicts.
    package var schema: UInt64?

    package init(
        version: UInt16 = SessionFormat.version, player: PlayerID, token: SessionToken,
        attempt: UInt32, notices: UInt64, game: String, schema: UInt64? = nil
    ) {
        self.version = version
        self.player = player
        self.token = token
        self.attempt = attempt
        self.notices = notices
        self.game = game
        self.schema = schema
    }

    package init(from reader: inout DatagramReader) throws(DatagramError) {
        version = try reader.read()
        player = try reader.read()
        token = SessionToken(rawValue: try reader.read())
        attempt = try reader.read()
        notices = try reader.read()
        game = try reader.readString()
        schema = reader.remainingCount > 0 ? try reader.read(UInt64.self) : nil
    }

    package func encode(into datagram: inout Datagram) throws(DatagramError) {
        datagram.append(version)
        try datagram.append(player)
        datagram.append(token.rawValue)
        datagram.append(attempt)
        datagram.append(notices)
        try datagram.append(game)
        if let schema { datagram.append(schema) }
    }

    /// The contents of the session's first hello: version, game and schema.
    package var hello: ClientHello {
        ClientHello(version: version, game: game, name: "", schema: schema)
    }
}
