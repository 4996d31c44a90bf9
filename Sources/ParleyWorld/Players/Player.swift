public import ParleyDatagrams

/// Who a player is, for as long as one stay on one server lasts: a number that is never used twice.
public struct PlayerID: RawRepresentable, Hashable, Comparable, Sendable, Codable, DatagramCodable,
    CustomStringConvertible
{
    /// The number, from 1 on; it travels as 4 bytes.
    public let rawValue: UInt32

    /// The player with this number.
    public init(rawValue: UInt32) {
        self.rawValue = rawValue
    }

    /// Reads the number's 4 bytes.
    public init(from reader: inout DatagramReader) throws(DatagramError) {
        rawValue = try reader.read()
    }

    /// Appends the number's 4 bytes.
    public func encode(into datagram: inout Datagram) throws(DatagramError) {
        datagram.append(rawValue)
    }

    /// Whether `left` joined before `right`.
    public static func < (left: PlayerID, right: PlayerID) -> Bool {
        left.rawValue < right.rawValue
    }

    /// For example "player 7".
    public var description: String { "player \(rawValue)" }
}

/// Somebody who is in the game.
public struct Player: Hashable, Sendable {
    /// Who it is.
    public let id: PlayerID

    /// The name as the server accepted it: 1 to 32 bytes of UTF-8, and nobody else's.
    public let name: String

    /// A player of this name.
    public init(id: PlayerID, name: String) {
        self.id = id
        self.name = name
    }
}

/// Why a world, or the server before it, does not let somebody in; the player is told the text.
public struct JoinRefusal: Error, Hashable, Sendable, CustomStringConvertible {
    /// What the player reads.
    public let description: String

    /// A refusal that tells the player this text.
    public init(_ text: String) {
        description = text
    }
}

/// Why a player is no longer there.
public enum LeaveReason: Hashable, Sendable, CustomStringConvertible {
    /// The player said so.
    case left
    /// The TCP connection ended without a word, and the player did not come back in time.
    case connectionLost
    /// Nothing came from the player for `playerTimeout`, nor another connection in time.
    case idle
    /// The game or the server put the player out; the text says why.
    case kicked(String)
    /// The player sent what the protocol does not allow; the text says what.
    case protocolViolation(String)
    /// The server is shutting down.
    case serverStopping

    /// The reason in words.
    public var description: String {
        switch self {
        case .left: "left"
        case .connectionLost: "connection lost"
        case .idle: "nothing heard for too long"
        case .kicked(let text): "kicked: \(text)"
        case .protocolViolation(let text): "protocol violation: \(text)"
        case .serverStopping: "the server is shutting down"
        }
    }
}
