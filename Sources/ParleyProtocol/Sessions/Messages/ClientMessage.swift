package import ParleyDatagrams

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
