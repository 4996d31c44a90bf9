import Parley

/// The messages of the game: four types, one for each direction and transport.
enum WalkGame: GameProtocol {
    static let name = "walk"

    /// Client to server by UDP, many a second: which way to go.
    struct Command: DatagramCodable, Codable, Sendable {
        var dx: Double
        var dy: Double
    }

    /// Client to server by TCP: something that has to arrive.
    enum Request: DatagramCodable, Codable, Sendable {
        case wave
    }

    /// Server to client by TCP: something that has to arrive.
    enum Notice: DatagramCodable, Codable, Sendable {
        case waved(by: PlayerID)
    }

    /// Server to client by UDP: the places of all players.
    struct Snapshot: DatagramCodable, Codable, Sendable {
        var places: [PlayerID: Place]
    }

    struct Place: Codable, Sendable {
        var x = 0.0
        var y = 0.0
    }
}
