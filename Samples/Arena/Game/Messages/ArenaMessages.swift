package import Parley

/// The messages between an arena server and its clients, version 1.
package enum ArenaMessages: GameProtocol {
    package static let name = "arena"

    /// The default port of an arena server.
    package static let defaultPort: UInt16 = 9099
}

extension EntityID: DatagramCodable {
    /// The body of a player.
    package init(_ player: PlayerID) {
        self.init(rawValue: player.rawValue)
    }

    package init(from reader: inout DatagramReader) throws(DatagramError) {
        self.init(rawValue: try reader.read())
    }

    package func encode(into datagram: inout Datagram) {
        datagram.append(rawValue)
    }
}

extension DatagramReader {
    /// The error for a wrong value at the reader's position.
    func invalid(_ found: some Any, expected: String) -> DatagramError {
        .invalidValue(expected: expected, found: "\(found)", offset: offset)
    }
}
