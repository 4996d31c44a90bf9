package import ParleyDatagrams

/// A server's message over TCP.
package enum ServerMessage: Sendable {
    /// The answer to a hello.
    case welcome(ServerWelcome)
    /// A notice of the world.
    case notice(Datagram)
    /// The last message before the server closes. A client that is refused gets nothing else.
    case goodbye(Goodbye)
    /// The answer to a resume.
    case resumed(SessionResumed)
    /// A packet that comes through the tunnel, not sealed.
    case packet(Datagram)

    private enum Kind {
        static let welcome: UInt8 = 1
        static let notice: UInt8 = 2
        static let goodbye: UInt8 = 3
        static let resumed: UInt8 = 4
        static let packet: UInt8 = 5
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
            self = .resumed(try reader.read())
        case Kind.packet:
            self = .packet(reader.readRemaining())
        default:
            throw .unknownKind(kind, expected: "a server's message (1 to 5)", at: 0)
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
    package static func resumed(encoding resumed: SessionResumed) -> Datagram {
        Datagram {
            $0.append(Kind.resumed)
            // It has no text, the only thing whose encoding can fail.
            try? $0.append(resumed)
        }
    }

    /// The first byte of a packet through the tunnel; the packet follows.
    package static var packetKind: UInt8 { Kind.packet }

    /// The last message.
    package static func goodbye(encoding goodbye: Goodbye) -> Datagram {
        Datagram {
            $0.append(Kind.goodbye)
            goodbye.encode(into: &$0)
        }
    }
}
