/// The name of a zone: 1 to 32 bytes of lower-case ASCII letters, digits and hyphens.
///
/// The name goes into certificates, command lines, logs and rows, so it is kept to what all of them take.
public struct ZoneName: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// The name as text.
    public let text: String

    /// The longest name, in bytes.
    public static let longest = 32

    /// The zone with this name, or nil if the text cannot be a zone's name.
    public init?(_ text: String) {
        let bytes = text.utf8
        guard 1...ZoneName.longest ~= bytes.count, bytes.allSatisfy(ZoneName.isAllowed) else {
            return nil
        }
        self.text = text
    }

    private static func isAllowed(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
            UInt8(ascii: "-"):
            true
        default: false
        }
    }

    /// The order of the texts' bytes.
    public static func < (left: ZoneName, right: ZoneName) -> Bool { left.text < right.text }

    /// The name.
    public var description: String { text }
}
