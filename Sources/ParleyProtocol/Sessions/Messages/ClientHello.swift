package import ParleyDatagrams

/// A client's first message.
package struct ClientHello: Hashable, Sendable, DatagramCodable {
    /// The session protocol that the client speaks.
    package var version: UInt16
    /// The game that it wants to play.
    package var game: String
    /// The name that its player asks for.
    package var name: String
    /// The hash of the entities' schema if the client predicts; nil if it wants plain snapshots.
    package var schema: UInt64?

    package init(
        version: UInt16 = SessionFormat.version, game: String, name: String, schema: UInt64? = nil
    ) {
        self.version = version
        self.game = game
        self.name = name
        self.schema = schema
    }

    package init(from reader: inout DatagramReader) throws(DatagramError) {
        version = try reader.read()
        game = try reader.readString()
        name = try reader.readString()
        schema = reader.remainingCount > 0 ? try reader.read(UInt64.self) : nil
    }

    package func encode(into datagram: inout Datagram) throws(DatagramError) {
        datagram.append(version)
        try datagram.append(game)
        try datagram.append(name)
        if let schema { datagram.append(schema) }
    }

    /// The reason to refuse this client; nil if it fits a server.
    ///
    /// - Parameters:
    ///   - game: The server's game.
    ///   - ownSchema: What the server replicates; nil if it serves no predicting clients.
    package func mismatch(with game: String, schema ownSchema: ReplicationSchema?) -> String? {
        guard version == SessionFormat.version else {
            return "this server speaks session protocol \(SessionFormat.version), "
                + "the client \(version)"
        }
        guard self.game == game else {
            let other = PrintableText.escaped(self.game, maximumBytes: 64)
            return "this server plays \"\(game)\", the client \"\(other)\""
        }
        guard let schema else { return nil }
        guard let ownSchema else { return "this server has no entities to predict" }
        do {
            try ownSchema.check(against: schema)
            return nil
        } catch {
            return "\(error)"
        }
    }
}
