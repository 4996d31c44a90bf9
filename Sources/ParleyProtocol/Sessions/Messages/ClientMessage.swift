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
    /// A packet that comes through the tunnel, not sealed.
    case packet(Datagram)

    private enum Kind {
        static let hello: UInt8 = 1
        static let request: UInt8 = 2
        static let leave: UInt8 = 3
        static let resume: UInt8 = 4
        static let packet: UInt8 = 5
    }

    /// Reads a frame's payload.
    package init(_ datagram: Datagram) throws(DatagramError) {
        var reader = datagram.reader
        let kind: UInt8 = try reader.read()
        switch kind {
        case Kind.hello:
            self = .hello(try Self.firstFields(of: &reader))
        case Kind.request:
            self = .request(reader.readRemaining())
        case Kind.leave:
            self = .leave
        case Kind.resume:
            self = .resume(try Self.firstFields(of: &reader))
        case Kind.packet:
            self = .packet(reader.readRemaining())
        default:
            throw .unknownKind(kind, expected: "a client's message (1 to 5)", at: 0)
        }
        try reader.expectEnd()
    }

    /// Reads a hello or a resume. Those of another version of the protocol have other fields.
    private static func firstFields<Message: DatagramDecodable>(
        of reader: inout DatagramReader
    ) throws(DatagramError) -> Message {
        let version: UInt16 = try reader.peek()
        guard version == SessionFormat.version else {
            throw .invalidValue(
                expected: "session protocol \(SessionFormat.version)",
                found: "protocol \(version)", offset: reader.offset)
        }
        return try reader.read()
    }

    /// The version of the session protocol in a hello or a resume; nil for any other message.
    package static func version(of datagram: Datagram) -> UInt16? {
        var reader = datagram.reader
        guard let kind = try? reader.read(UInt8.self), kind == Kind.hello || kind == Kind.resume
        else { return nil }
        return try? reader.read(UInt16.self)
    }

    /// The first byte of a packet through the tunnel; the packet follows.
    package static var packetKind: UInt8 { Kind.packet }

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
