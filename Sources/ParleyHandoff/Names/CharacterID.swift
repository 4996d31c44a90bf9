public import ParleyDatagrams

/// A character of a realm: the same number in the store and in every zone, for as long as the realm exists.
///
/// A ``CharacterID`` outlives sessions, zones and servers. A player's number on one server is another thing.
public struct CharacterID: RawRepresentable, Hashable, Comparable, Sendable, DatagramCodable,
    CustomStringConvertible
{
    /// The number, from 1 on; it travels as 8 bytes and fits a signed 64-bit column.
    public let rawValue: UInt64

    /// The character with this number.
    public init(rawValue: UInt64) {
        self.rawValue = rawValue
    }

    /// Reads the number's 8 bytes.
    public init(from reader: inout DatagramReader) throws(DatagramError) {
        rawValue = try reader.readCounter("a character's number")
    }

    /// Appends the number's 8 bytes.
    public func encode(into datagram: inout Datagram) throws(DatagramError) {
        datagram.append(rawValue)
    }

    /// Rows are locked in this order.
    public static func < (left: CharacterID, right: CharacterID) -> Bool {
        left.rawValue < right.rawValue
    }

    /// For example "character 7".
    public var description: String { "character \(rawValue)" }
}
