package import ParleyDatagrams

/// Sixteen bytes that a game puts into everything it sends. On the link of an encrypted session they are never
/// seen.
package enum Canary {
    /// The bytes, as a text that a name may have.
    package static let text = "Canary-5f3a91c7e"

    static let bytes = Array(text.utf8)

    /// The bytes as a datagram: a ticket.
    package static let datagram = Datagram(bytes: bytes)
}

extension Datagram {
    /// Appends the canary.
    mutating func appendCanary() { append(contentsOf: Canary.datagram) }
}

extension DatagramReader {
    /// Reads over the canary.
    mutating func skipCanary() throws(DatagramError) {
        try skip(Canary.bytes.count)
    }
}

/// Looks for the canary in datagrams and in streams, which may cut it anywhere.
package struct CanarySearch: Sendable {
    /// The last bytes of each stream, too few to be a canary.
    private var tails: [UInt64: [UInt8]] = [:]

    /// A search that has seen no stream.
    package init() {}

    /// Whether a datagram has the canary.
    package func finds(in datagram: Datagram) -> Bool {
        datagram.withSpan { Self.finds(in: $0) }
    }

    /// Whether a stream has it, up to the end of these next bytes.
    package mutating func finds(in bytes: Datagram, ofStream stream: UInt64) -> Bool {
        let joined = tails[stream, default: []] + bytes.bytes
        tails[stream] = Array(joined.suffix(Canary.bytes.count - 1))
        return Self.finds(in: joined.span)
    }

    private static func finds(in bytes: Span<UInt8>) -> Bool {
        let canary = Canary.bytes
        guard bytes.count >= canary.count else { return false }
        let first = canary[0]
        for start in 0...bytes.count - canary.count where bytes[start] == first {
            var length = 1
            while length < canary.count, bytes[start + length] == canary[length] { length += 1 }
            if length == canary.count { return true }
        }
        return false
    }
}
