import ParleyDatagrams
import ParleyWorld

/// The smallest game: each player has a position on a line, walks by commands and chats by
/// requests.
enum WalkGame: GameProtocol {
    static let name = "walk"

    struct Command: DatagramCodable, Hashable, Sendable {
        var step: Int32

        init(step: Int32) { self.step = step }
        init(from reader: inout DatagramReader) throws(DatagramError) { step = try reader.read() }
        func encode(into datagram: inout Datagram) { datagram.append(step) }
    }

    struct Request: DatagramCodable, Hashable, Sendable {
        var text: String

        init(_ text: String) { self.text = text }
        init(from reader: inout DatagramReader) throws(DatagramError) {
            text = try reader.readString()
        }
        func encode(into datagram: inout Datagram) throws(DatagramError) {
            try datagram.append(text)
        }
    }

    struct Notice: DatagramCodable, Hashable, Sendable {
        var from: PlayerID
        var text: String

        init(from: PlayerID, text: String) {
            self.from = from
            self.text = text
        }
        init(from reader: inout DatagramReader) throws(DatagramError) {
            from = try reader.read()
            text = try reader.readString()
        }
        func encode(into datagram: inout Datagram) throws(DatagramError) {
            try datagram.append(from)
            try datagram.append(text)
        }
    }

    struct Snapshot: DatagramCodable, Hashable, Sendable {
        var places: [PlayerID: Int32] = [:]
        var padding = 0

        init() {}
        init(from reader: inout DatagramReader) throws(DatagramError) {
            let count: UInt16 = try reader.read()
            for _ in 0..<count {
                let player: PlayerID = try reader.read()
                places[player] = try reader.read()
            }
            padding = reader.readRemaining().count
        }
        func encode(into datagram: inout Datagram) throws(DatagramError) {
            datagram.append(UInt16(places.count))
            for (player, place) in places {
                try datagram.append(player)
                datagram.append(place)
            }
            datagram.appendPadding(padding)
        }
    }
}
