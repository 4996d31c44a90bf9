package import ParleyDatagrams

/// A server's answer to a player who was let in.
package struct ServerWelcome: Hashable, Sendable, DatagramCodable {
    /// The session protocol that the server speaks.
    package var version: UInt16 = SessionFormat.version
    /// The player's number.
    package var player: PlayerID
    /// The token that makes UDP datagrams this player's.
    package var token: SessionToken
    /// The port that they go to, on the address that TCP was connected to.
    package var udpPort: UInt16
    /// Ticks a second.
    package var tickRate: UInt16
    /// Snapshots a second.
    package var snapshotRate: UInt16
    /// The name as accepted, which may differ from the one asked for.
    package var name: String

    package init(
        player: PlayerID, token: SessionToken, udpPort: UInt16, tickRate: UInt16,
        snapshotRate: UInt16, name: String
    ) {
        self.player = player
        self.token = token
        self.udpPort = udpPort
        self.tickRate = tickRate
        self.snapshotRate = snapshotRate
        self.name = name
    }

    package init(from reader: inout DatagramReader) throws(DatagramError) {
        version = try reader.read()
        player = try reader.read()
        token = SessionToken(rawValue: try reader.read())
        udpPort = try reader.read()
        tickRate = try reader.read()
        snapshotRate = try reader.read()
        name = try reader.readString()
    }

    package func encode(into datagram: inout Datagram) throws(DatagramError) {
        datagram.append(version)
        try datagram.append(player)
        datagram.append(token.rawValue)
        datagram.append(udpPort)
        datagram.append(tickRate)
        datagram.append(snapshotRate)
        try datagram.append(name)
    }
}

/// A server's message over TCP.
package enum ServerMessage: Sendable {
    /// The answer to a hello.
    case welcome(ServerWelcome)
    /// A notice of the world.
    case notice(Datagram)
    /// The last message before the server closes. A client that is refused gets nothing else.
    case goodbye(Goodbye)
    /// The answer to a resume, with the number of requests that the server has received.
    case resumed(requests: UInt64)

    private enum Kind {
        static let welcome: UInt8 = 1
        static let notice: UInt8 = 2
        static let goodbye: UInt8 = 3
        static let resumed: UInt8 = 4
    }

    /// Reads a frame's payload.
    package init(_ datagram: Datagram) throws(DatagramError) {
        var reader = datagram.reader
        let kind: UInt8 = try reader.read()
        switch kind {
        case Kind.welcome:
            self = .welcome(try reader.read())
        case Kind.notice:
            self = .notice(reader.readRemaining())
        case Kind.goodbye:
            self = .goodbye(try reader.read())
        case Kind.resumed:
            self = .resumed(requests: try reader.read())
        default:
            throw .unknownKind(kind, expected: "a server's message (1 to 4)", at: 0)
        }
        try reader.expectEnd()
    }

    /// The answer to a hello.
    package static func welcome(encoding welcome: ServerWelcome) throws(DatagramError) -> Datagram {
        try Datagram { (datagram) throws(DatagramError) in
            datagram.append(Kind.welcome)
            try datagram.append(welcome)
        }
    }

    /// A notice.
    package static func notice(
        encoding notice: some DatagramEncodable
    ) throws(DatagramError) -> Datagram {
        try Datagram { (datagram) throws(DatagramError) in
            datagram.append(Kind.notice)
            try datagram.append(notice)
        }
    }

    /// The answer to a resume.
    package static func resumed(requests: UInt64) -> Datagram {
        Datagram {
            $0.append(Kind.resumed)
            $0.append(requests)
        }
    }

    /// The last message.
    package static func goodbye(encoding goodbye: Goodbye) -> Datagram {
        Datagram {
            $0.append(Kind.goodbye)
            goodbye.encode(into: &$0)
        }
    }
}
