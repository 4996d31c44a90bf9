package import ParleyDatagrams
package import ParleyProtocol

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

/// A client's message over TCP.
package enum ClientMessage: Sendable {
    /// The first message of a session.
    case hello(ClientHello)
    /// The first message on another connection of the same session.
    case resume(SessionResume)
    /// A request to the world.
    case request(Datagram)
    /// The last message.
    case leave

    private enum Kind {
        static let hello: UInt8 = 1
        static let request: UInt8 = 2
        static let leave: UInt8 = 3
        static let resume: UInt8 = 4
    }

    /// Reads a frame's payload.
    package init(_ datagram: Datagram) throws(DatagramError) {
        var reader = datagram.reader
        let kind: UInt8 = try reader.read()
        switch kind {
        case Kind.hello:
            self = .hello(try reader.read())
        case Kind.request:
            self = .request(reader.readRemaining())
        case Kind.leave:
            self = .leave
        case Kind.resume:
            self = .resume(try reader.read())
        default:
            throw .unknownKind(kind, expected: "a client's message (1 to 4)", at: 0)
        }
        try reader.expectEnd()
    }

    /// The first message of a session.
    package static func hello(encoding hello: ClientHello) throws(DatagramError) -> Datagram {
        try Datagram { (datagram) throws(DatagramError) in
            datagram.append(Kind.hello)
            try datagram.append(hello)
        }
    }

    /// The first message of a further connection of a session.
    package static func resume(
        encoding resume: SessionResume
    ) throws(DatagramError) -> Datagram {
        try Datagram { (datagram) throws(DatagramError) in
            datagram.append(Kind.resume)
            try datagram.append(resume)
        }
    }

    /// A request.
    package static func request(
        encoding request: some DatagramEncodable
    ) throws(DatagramError) -> Datagram {
        try Datagram { (datagram) throws(DatagramError) in
            datagram.append(Kind.request)
            try datagram.append(request)
        }
    }

    /// The last message of a session.
    package static var leaving: Datagram { Datagram { $0.append(Kind.leave) } }
}
