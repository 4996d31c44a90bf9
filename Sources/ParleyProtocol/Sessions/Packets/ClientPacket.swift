package import ParleyDatagrams

/// The head of a client's datagram over UDP, behind its token.
package struct ClientPacket: Hashable, Sendable {
    /// The content of a packet. Commands follow as the rest of the datagram.
    package enum Content: Hashable, Sendable {
        /// A ping. The server answers with the same mark, which only the client understands.
        case ping(mark: UInt32)
        /// A plain client's command, the first with sequence 1.
        case command(sequence: UInt32)
        /// A predicting client's commands by tick, a ``CommandBundle``, and the snapshots it has.
        case input(acknowledgement: SnapshotAcknowledgement?)
    }

    private enum Kind {
        static let ping: UInt8 = 1
        static let command: UInt8 = 2
        static let input: UInt8 = 3
    }

    /// The token of the player that it claims to be from.
    package let token: SessionToken
    /// The content.
    package let content: Content

    /// Reads a datagram up to the commands in it.
    package init(from reader: inout DatagramReader) throws(DatagramError) {
        token = SessionToken(rawValue: try reader.read())
        content = try Self.readContent(from: &reader)
    }

    /// Reads what follows a token, up to the commands.
    package static func readContent(
        from reader: inout DatagramReader
    ) throws(DatagramError) -> Content {
        let start = reader.offset
        let kind: UInt8 = try reader.read()
        switch kind {
        case Kind.ping:
            let mark: UInt32 = try reader.read()
            try reader.expectEnd()
            return .ping(mark: mark)
        case Kind.command:
            return .command(sequence: try reader.read())
        case Kind.input:
            let hasAcknowledgement = try reader.read(Bool.self)
            return .input(acknowledgement: hasAcknowledgement ? try reader.read() : nil)
        default:
            throw .unknownKind(kind, expected: "a client's packet (1, 2 or 3)", at: start)
        }
    }

    /// A ping.
    package static func ping(mark: UInt32, token: SessionToken) -> Datagram {
        Datagram {
            $0.append(token.rawValue)
            $0.append(Kind.ping)
            $0.append(mark)
        }
    }

    /// A command.
    package static func command(
        encoding command: some DatagramEncodable, sequence: UInt32, token: SessionToken
    ) throws(DatagramError) -> Datagram {
        try Datagram { (datagram) throws(DatagramError) in
            datagram.append(token.rawValue)
            datagram.append(Kind.command)
            datagram.append(sequence)
            try datagram.append(command)
        }
    }

    /// A predicting client's commands, and the snapshots it has.
    package static func input<Command>(
        encoding bundle: CommandBundle<Command>, acknowledgement: SnapshotAcknowledgement?,
        token: SessionToken
    ) throws(DatagramError) -> Datagram
    where Command: DatagramEncodable & Equatable {
        try Datagram { (datagram) throws(DatagramError) in
            datagram.append(token.rawValue)
            datagram.append(Kind.input)
            datagram.append(acknowledgement != nil)
            if let acknowledgement { try datagram.append(acknowledgement) }
            try datagram.append(bundle)
        }
    }
}
