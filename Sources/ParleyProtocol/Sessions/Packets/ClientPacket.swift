package import ParleyDatagrams

/// A client's datagram over UDP.
package struct ClientPacket: Sendable {
    /// The content of a packet.
    package enum Content: Sendable {
        /// A ping. The server answers with the same mark, which only the client understands.
        case ping(mark: UInt32)
        /// A plain client's command, the first with sequence 1.
        case command(sequence: UInt32, payload: Datagram)
        /// A predicting client's commands by tick, a ``CommandBundle``, and the snapshots it has.
        case input(acknowledgement: SnapshotAcknowledgement?, bundle: Datagram)
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

    /// Reads a datagram.
    package init(_ datagram: Datagram) throws(DatagramError) {
        var reader = datagram.reader
        token = SessionToken(rawValue: try reader.read())
        let kind: UInt8 = try reader.read()
        switch kind {
        case Kind.ping:
            content = .ping(mark: try reader.read())
        case Kind.command:
            content = .command(sequence: try reader.read(), payload: reader.readRemaining())
        case Kind.input:
            let acknowledgement: SnapshotAcknowledgement? =
                try reader.read(Bool.self) ? try reader.read() : nil
            content = .input(acknowledgement: acknowledgement, bundle: reader.readRemaining())
        default:
            throw .unknownKind(kind, expected: "a client's packet (1, 2 or 3)", at: 8)
        }
        try reader.expectEnd()
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
