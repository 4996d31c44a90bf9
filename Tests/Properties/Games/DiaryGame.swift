import ParleyDatagrams
import ParleyWorld

/// The smallest game that reveals whether anything was lost, doubled or invented, or can be read on the way:
/// everything it sends has the canary.
enum DiaryGame: GameProtocol {
    static let name = "diary"

    /// A number that rises by one.
    struct Command: DatagramCodable, Sendable {
        var number: UInt32
    }

    /// Asks for so many notices.
    struct Request: DatagramCodable, Sendable {
        var number: UInt32
    }

    /// Notices to one player are numbered from 1, and those to all from the world's beginning.
    struct Notice: DatagramCodable, Sendable {
        var isForAll: Bool
        var number: UInt32
    }

    struct Snapshot: DatagramCodable, Sendable {
        var tick: UInt32
        var players: [PlayerID]
    }
}

extension DiaryGame.Command {
    init(from reader: inout DatagramReader) throws(DatagramError) {
        number = try reader.read()
        try reader.skipCanary()
    }

    func encode(into datagram: inout Datagram) {
        datagram.append(number)
        datagram.appendCanary()
    }
}

extension DiaryGame.Request {
    init(from reader: inout DatagramReader) throws(DatagramError) {
        number = try reader.read()
        try reader.skipCanary()
    }

    func encode(into datagram: inout Datagram) {
        datagram.append(number)
        datagram.appendCanary()
    }
}

extension DiaryGame.Notice {
    init(from reader: inout DatagramReader) throws(DatagramError) {
        isForAll = try reader.read(UInt8.self) == 1
        number = try reader.read()
        try reader.skipCanary()
    }

    func encode(into datagram: inout Datagram) {
        datagram.append(UInt8(isForAll ? 1 : 0))
        datagram.append(number)
        datagram.appendCanary()
    }
}

extension DiaryGame.Snapshot {
    init(from reader: inout DatagramReader) throws(DatagramError) {
        tick = try reader.read()
        players = []
        for _ in 0..<(try reader.read(UInt8.self)) { players.append(try reader.read()) }
        try reader.skipCanary()
    }

    func encode(into datagram: inout Datagram) throws(DatagramError) {
        datagram.append(tick)
        datagram.append(UInt8(players.count))
        for player in players { try datagram.append(player) }
        datagram.appendCanary()
    }
}
