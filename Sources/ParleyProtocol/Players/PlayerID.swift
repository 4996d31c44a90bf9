public import ParleyDatagrams

/// The number of a player during one stay on one server. A server never uses a number twice.
public struct PlayerID: RawRepresentable, Hashable, Comparable, Sendable, Codable, DatagramCodable,
    CustomStringConvertible
{
    /// The number, from 1 on; it travels as 4 bytes.
    public let rawValue: UInt32

    /// The player with this number.
    @inlinable public init(rawValue: UInt32) {
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
    @inlinable public static func < (left: PlayerID, right: PlayerID) -> Bool {
        left.rawValue < right.rawValue
    }

    /// For example "player 7".
    public var description: String { "player \(rawValue)" }
}
