package import ParleyDatagrams

/// 128 random bits with which a client continues its session on another connection.
///
/// They travel over the session's TCP connection only, and each continuation replaces them. Their
/// description never shows them, so that they cannot reach a log.
package struct ResumeSecret: Sendable, CustomStringConvertible, CustomReflectable {
    private let high: UInt64
    private let low: UInt64

    /// Bits of a generator, which has to be the system's outside of simulations.
    package init(using random: inout some RandomNumberGenerator) {
        high = random.next()
        low = random.next()
    }

    /// Always "resume secret (hidden)".
    package var description: String { "resume secret (hidden)" }

    /// Empty, so that `dump` does not print the bits either.
    package var customMirror: Mirror { Mirror(self, children: [:]) }
}

extension ResumeSecret: Hashable {
    /// Looks at all bits, so the time does not tell where the secrets differ.
    package static func == (left: ResumeSecret, right: ResumeSecret) -> Bool {
        (left.high ^ right.high) | (left.low ^ right.low) == 0
    }
}

extension ResumeSecret: DatagramCodable {
    package init(from reader: inout DatagramReader) throws(DatagramError) {
        low = try reader.read()
        high = try reader.read()
    }

    package func encode(into datagram: inout Datagram) {
        datagram.append(low)
        datagram.append(high)
    }
}
