package import Parley

extension ArenaMessages {
    /// What the server tells players over TCP, reliably and in order.
    ///
    /// A newcomer first gets the map, then every player and NPC (itself too), then their scores.
    package enum Notice: Hashable, Sendable {
        case chat(EntityID, String)
        case joined(EntityID, name: String)
        case left(EntityID)
        case score(EntityID, UInt16)
        case map(ArenaMap)
        case tagged(Tag)
    }
}

extension ArenaMessages.Notice: DatagramCodable {
    package init(from reader: inout DatagramReader) throws(DatagramError) {
        switch try reader.read(UInt8.self) {
        case 1: self = .chat(try reader.read(), try reader.readString())
        case 2: self = try Self.joined(&reader)
        case 3: self = .left(try reader.read())
        case 4: self = .score(try reader.read(), try reader.read())
        case 5: self = .map(try reader.read())
        case 6: self = .tagged(Tag(tagger: try reader.read(), tagged: try reader.read()))
        case let kind: throw reader.invalid(kind, expected: "the kind of a notice, 1…6")
        }
    }

    private static func joined(_ reader: inout DatagramReader) throws(DatagramError) -> Self {
        let id = try reader.read(EntityID.self)
        let kind = try reader.read(UInt8.self)
        guard kind == (id.isNPC ? 1 : 0) else {
            throw reader.invalid(kind, expected: "0 for a player or 1 for an NPC")
        }
        return .joined(id, name: try reader.readString())
    }

    package func encode(into datagram: inout Datagram) throws(DatagramError) {
        switch self {
        case .chat(let speaker, let text):
            datagram.append(UInt8(1))
            speaker.encode(into: &datagram)
            try datagram.append(text)
        case .joined(let id, let name):
            datagram.append(UInt8(2))
            id.encode(into: &datagram)
            datagram.append(UInt8(id.isNPC ? 1 : 0))
            try datagram.append(name)
        case .left(let id):
            datagram.append(UInt8(3))
            id.encode(into: &datagram)
        case .score(let id, let score):
            datagram.append(UInt8(4))
            id.encode(into: &datagram)
            datagram.append(score)
        case .map(let map):
            datagram.append(UInt8(5))
            try datagram.append(map)
        case .tagged(let tag):
            datagram.append(UInt8(6))
            tag.tagger.encode(into: &datagram)
            tag.tagged.encode(into: &datagram)
        }
    }
}
