package import ParleyDatagrams

/// 32 random bytes of one end, from which the keys of a session's packets are derived.
///
/// The client's are in its hello or resume, the server's in its answer. They are secret: whoever has both
/// has the keys. Its description never shows them, so that they cannot reach a log.
package struct SessionRandom: Hashable, Sendable, CustomStringConvertible, CustomReflectable {
    /// How many bytes there are.
    package static let count = 32

    /// The bytes.
    package let bytes: [UInt8]

    /// Bytes of a generator, which has to be the system's outside of simulations.
    package init(using random: inout some RandomNumberGenerator) {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(Self.count)
        for _ in 0..<Self.count / 8 {
            let word: UInt64 = random.next()
            for shift in stride(from: 0, to: 64, by: 8) {
                bytes.append(UInt8(truncatingIfNeeded: word >> UInt64(shift)))
            }
        }
        self.bytes = bytes
    }

    /// These bytes, ``count`` of them.
    package init?(_ bytes: [UInt8]) {
        guard bytes.count == Self.count else { return nil }
        self.bytes = bytes
    }

    /// The tokens of a plain session's packets, to the server and to the client: its first 16 bytes, as two
    /// numbers.
    package var tokens: (toServer: UInt64, toClient: UInt64) {
        func word(_ start: Int) -> UInt64 {
            bytes[start..<start + 8].reversed().reduce(0) { $0 << 8 | UInt64($1) }
        }
        return (word(0), word(8))
    }

    /// Always "random bytes (hidden)".
    package var description: String { "random bytes (hidden)" }

    /// Empty, so that `dump` does not print the bytes either.
    package var customMirror: Mirror { Mirror(self, children: [:]) }
}

extension SessionRandom: DatagramCodable {
    package init(from reader: inout DatagramReader) throws(DatagramError) {
        bytes = try reader.readBytes(Self.count).bytes
    }

    package func encode(into datagram: inout Datagram) {
        datagram.append(bytes: bytes)
    }
}
