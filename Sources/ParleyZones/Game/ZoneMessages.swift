public import ParleyDatagrams
package import ParleyHandoff

/// What a client brings to a zone beside its credential.
public struct ZoneJoin: Hashable, Sendable, DatagramCodable {
    /// How many notices of its session the client has counted, in all zones.
    package var notices: UInt64

    package init(notices: UInt64) {
        self.notices = notices
    }

    /// Reads the count's 8 bytes.
    public init(from reader: inout DatagramReader) throws(DatagramError) {
        notices = try reader.readCounter("notices")
    }

    /// Appends the count's 8 bytes.
    public func encode(into datagram: inout Datagram) {
        datagram.append(notices)
    }
}

/// A player's request, numbered within the player's session in the realm.
///
/// A zone applies each number once, in order. After a crossing the client sends those again that the new zone has not
/// applied.
public struct ZoneRequest: Hashable, Sendable, DatagramCodable {
    /// 1, 2, 3 …
    package var number: UInt64
    /// The game's bytes.
    package var payload: Datagram

    package init(_ number: UInt64, _ payload: Datagram) {
        self.number = number
        self.payload = payload
    }

    /// Reads the number's 8 bytes and the game's, to the end.
    public init(from reader: inout DatagramReader) throws(DatagramError) {
        number = try reader.readCounter("a request")
        payload = try reader.readBytes(reader.remainingCount)
    }

    /// Appends the number's 8 bytes and the game's.
    public func encode(into datagram: inout Datagram) {
        datagram.append(number)
        datagram.append(bytes: payload.bytes)
    }
}

/// What a zone tells a client over TCP.
public struct ZoneNotice: Hashable, Sendable, DatagramCodable {
    /// The kinds of notices.
    package enum Content: Hashable, Sendable {
        /// A notice of the game, with its number in the session.
        case game(UInt64, Datagram)
        /// News of a crossing.
        case travel(TravelNotice)
        /// The zone does not have the character: a world server knows where it is.
        case askWorld
    }

    /// What it says.
    package var content: Content

    package init(_ content: Content) {
        self.content = content
    }

    /// Reads a kind and its fields, to the end.
    public init(from reader: inout DatagramReader) throws(DatagramError) {
        let offset = reader.offset
        switch try reader.read(UInt8.self) {
        case 0:
            content = .game(
                try reader.readCounter("a notice"),
                try reader.readBytes(reader.remainingCount))
        case 1: content = .travel(try reader.read())
        case 2: content = .askWorld
        case let kind:
            throw .invalidValue(
                expected: "a kind of notice (0 to 2)", found: "\(kind)", offset: offset)
        }
    }

    /// Appends a kind and its fields.
    public func encode(into datagram: inout Datagram) throws(DatagramError) {
        switch content {
        case .game(let number, let payload):
            datagram.append(0 as UInt8)
            datagram.append(number)
            datagram.append(bytes: payload.bytes)
        case .travel(let notice):
            datagram.append(1 as UInt8)
            try datagram.append(notice)
        case .askWorld: datagram.append(2 as UInt8)
        }
    }
}
