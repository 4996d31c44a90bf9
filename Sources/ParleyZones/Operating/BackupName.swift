import ParleyDatagrams

/// The name of a copy of the store: a file of the store's own folder, so that no operator writes elsewhere.
public struct BackupName: Hashable, Sendable, CustomStringConvertible {
    /// The name: 1 to 64 letters, digits, dots, hyphens and underscores, of which the first is no dot.
    public let text: String

    /// The name in a text; nil for another text.
    public init?(_ text: String) {
        guard (1...64).contains(text.utf8.count), text.utf8.first != UInt8(ascii: "."),
            text.utf8.allSatisfy(Self.isAllowed)
        else { return nil }
        self.text = text
    }

    /// The name.
    public var description: String { text }

    private static func isAllowed(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x61...0x7A).contains(byte | 0x20)
            || "-._".utf8.contains(byte)
    }

    init(from reader: inout DatagramReader) throws(DatagramError) {
        let offset = reader.offset
        let text = try reader.readString()
        guard let name = BackupName(text) else {
            throw .invalidValue(expected: "a file's name", found: text, offset: offset)
        }
        self = name
    }
}
