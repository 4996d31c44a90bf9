package import ParleyDatagrams
package import ParleyHandoff

/// What a client presents to a zone, as the ticket of its hello.
package enum ZoneCredential: Hashable, Sendable, DatagramCodable {
    /// The token of a seat, which the source has told the client.
    case token(CharacterID, SeatToken)
    /// A world server's ticket, sealed.
    case ticket(Datagram)

    package init(from reader: inout DatagramReader) throws(DatagramError) {
        let offset = reader.offset
        switch try reader.read(UInt8.self) {
        case 1: self = .token(try reader.read(), SeatToken(rawValue: try reader.read()))
        case 2: self = .ticket(try reader.readBlob())
        case let kind:
            throw .invalidValue(
                expected: "a token or a ticket (1, 2)", found: "\(kind)", offset: offset)
        }
    }

    package func encode(into datagram: inout Datagram) throws(DatagramError) {
        switch self {
        case .token(let character, let token):
            datagram.append(1 as UInt8)
            try datagram.append(character)
            datagram.append(token.rawValue)
        case .ticket(let sealed):
            datagram.append(2 as UInt8)
            try datagram.append(blob: sealed)
        }
    }
}
