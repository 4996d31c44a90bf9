package import ParleyDatagrams

/// The join secret of an invite, as a client presents it in its hello.
///
/// Its description never shows it, so that it cannot reach a log. The server compares it as its own kind
/// of secret, in constant time.
package struct PresentedSecret: Hashable, Sendable, CustomStringConvertible, CustomReflectable {
    /// How many bytes there are.
    package static let count = 16

    /// The bytes.
    package let bytes: [UInt8]

    /// These bytes; nil where they are not ``count``.
    package init?(_ bytes: [UInt8]) {
        guard bytes.count == Self.count else { return nil }
        self.bytes = bytes
    }

    /// Always "join secret (hidden)".
    package var description: String { "join secret (hidden)" }

    /// Empty, so that `dump` does not print the bytes either.
    package var customMirror: Mirror { Mirror(self, children: [:]) }
}

extension DatagramReader {
    /// Reads 0, or 1 and a secret.
    mutating func readPresentedSecret() throws(DatagramError) -> PresentedSecret? {
        let start = offset
        switch try read(UInt8.self) {
        case 0: return nil
        case 1: return try read(PresentedSecret.self)
        case let flag:
            throw .invalidValue(
                expected: "0 or 1 for a join secret", found: "\(flag)", offset: start)
        }
    }
}

extension Datagram {
    /// Appends 0, or 1 and the secret.
    mutating func append(presented secret: PresentedSecret?) {
        append(secret != nil)
        secret?.encode(into: &self)
    }
}

extension PresentedSecret: DatagramCodable {
    package init(from reader: inout DatagramReader) throws(DatagramError) {
        bytes = try reader.readBytes(Self.count).bytes
    }

    package func encode(into datagram: inout Datagram) {
        datagram.append(bytes: bytes)
    }
}
