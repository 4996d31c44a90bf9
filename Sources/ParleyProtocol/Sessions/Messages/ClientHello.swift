package import ParleyDatagrams

/// A client's first message.
package struct ClientHello: Hashable, Sendable, DatagramCodable {
    /// The session protocol that the client speaks.
    package var version: UInt16
    /// The game that it wants to play.
    package var game: String
    /// The name that its player asks for.
    package var name: String
    /// The client's part of the keys of packets.
    package var random: SessionRandom
    /// The join secret of the client's invite; nil if it has none.
    package var secret: PresentedSecret?
    /// What proves who the player is; only the server's authenticator reads it.
    package var ticket: Datagram
    /// The game's own value about the player; only the game reads it.
    package var join: Datagram
    /// The hash of the entities' schema if the client predicts; nil if it wants plain snapshots.
    package var schema: UInt64?

    package init(
        version: UInt16 = SessionFormat.version, game: String, name: String,
        random: SessionRandom, secret: PresentedSecret? = nil, ticket: Datagram = Datagram(),
        join: Datagram = Datagram(), schema: UInt64? = nil
    ) {
        self.version = version
        self.game = game
        self.name = name
        self.random = random
        self.secret = secret
        self.ticket = ticket
        self.join = join
        self.schema = schema
    }

    package init(from reader: inout DatagramReader) throws(DatagramError) {
        version = try reader.read()
        game = try reader.readString()
        name = try reader.readString()
        random = try reader.read()
        secret = try reader.readPresentedSecret()
        ticket = try reader.readBlob(of: "a ticket", upTo: SessionFormat.maximumTicketBytes)
        join = try reader.readBlob(of: "a join value", upTo: SessionFormat.maximumJoinBytes)
        schema = reader.remainingCount > 0 ? try reader.read(UInt64.self) : nil
    }

    package func encode(into datagram: inout Datagram) throws(DatagramError) {
        datagram.append(version)
        try datagram.append(game)
        try datagram.append(name)
        random.encode(into: &datagram)
        datagram.append(presented: secret)
        try datagram.append(blob: ticket, of: "a ticket", upTo: SessionFormat.maximumTicketBytes)
        try datagram.append(blob: join, of: "a join value", upTo: SessionFormat.maximumJoinBytes)
        if let schema { datagram.append(schema) }
    }

    /// The reason to refuse this client; nil if it fits a server.
    package func mismatch(with game: String, schema: ReplicationSchema?) -> String? {
        Self.mismatch(self.game, self.schema, with: game, schema: schema)
    }

    /// The reason to refuse a client of this game and schema; nil if it fits a server.
    ///
    /// - Parameters:
    ///   - clientGame: The client's game.
    ///   - schema: The hash of what the client predicts; nil if it predicts nothing.
    ///   - game: The server's game.
    ///   - ownSchema: What the server replicates; nil if it serves no predicting clients.
    package static func mismatch(
        _ clientGame: String, _ schema: UInt64?, with game: String,
        schema ownSchema: ReplicationSchema?
    ) -> String? {
        guard clientGame == game else {
            let other = PrintableText.escaped(clientGame, maximumBytes: 64)
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

extension DatagramReader {
    /// Reads bytes behind their u16 count, which is judged before they are looked for.
    fileprivate mutating func readBlob(
        of what: String, upTo limit: Int
    ) throws(DatagramError) -> Datagram {
        let count = Int(try read(UInt16.self))
        guard count <= limit else { throw .tooLong(what: what, count: count, maximum: limit) }
        return try readBytes(count)
    }
}

extension Datagram {
    /// Appends bytes behind their u16 count.
    fileprivate mutating func append(
        blob: Datagram, of what: String, upTo limit: Int
    ) throws(DatagramError) {
        guard blob.count <= limit else {
            throw .tooLong(what: what, count: blob.count, maximum: limit)
        }
        append(UInt16(truncatingIfNeeded: blob.count))
        append(contentsOf: blob)
    }
}
