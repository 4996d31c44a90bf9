/// The random number by which a server recognises a player's datagrams: sent once over TCP, repeated
/// in each datagram over UDP.
///
/// Its description never shows it, so that it cannot reach a log.
public struct SessionToken: Hashable, Sendable, CustomStringConvertible, CustomReflectable {
    /// The 64 random bits.
    package let rawValue: UInt64

    package init(rawValue: UInt64) {
        self.rawValue = rawValue
    }

    /// Always "token (hidden)".
    public var description: String { "token (hidden)" }

    /// Empty, so that `dump` does not print the bits either.
    public var customMirror: Mirror { Mirror(self, children: [:]) }
}
