package import ParleyDatagrams

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
