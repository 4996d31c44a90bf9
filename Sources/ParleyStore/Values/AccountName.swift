/// The name of an account: 1 to 32 bytes of ASCII letters, digits, dots, hyphens and underscores.
///
/// Upper-case letters become lower-case ones, so two names that look alike are one.
public struct AccountName: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// The name in lower case.
    public let text: String

    /// The longest name, in bytes.
    public static let longest = 32

    /// The account of that name, or nil if the text cannot be a name.
    public init?(_ text: String) {
        guard 1...Self.longest ~= text.utf8.count, text.utf8.allSatisfy(Self.isAllowed) else {
            return nil
        }
        self.text = text.lowercased()
    }

    private static func isAllowed(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."),
            UInt8(ascii: "_"):
            true
        default: false
        }
    }

    /// The order of the texts' bytes.
    public static func < (left: AccountName, right: AccountName) -> Bool { left.text < right.text }

    /// The name.
    public var description: String { text }
}
