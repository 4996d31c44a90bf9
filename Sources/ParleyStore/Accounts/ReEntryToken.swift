internal import ParleySecurity

/// What lets a player back in without a password, once: 32 random bytes. The store keeps only their digest.
public struct ReEntryToken: Hashable, Sendable, CustomStringConvertible {
    /// The bytes. They are a secret of the player's, and travel encrypted only.
    public let bytes: [UInt8]

    /// The number of bytes.
    public static let count = 32

    /// The token of these bytes, or nil if they are not ``count``.
    public init?(bytes: [UInt8]) {
        guard bytes.count == Self.count else { return nil }
        self.bytes = bytes
    }

    init() {
        var random = [UInt8](repeating: 0, count: Self.count)
        var span = random.mutableSpan
        RandomBytes.fill(&span)
        bytes = random
    }

    /// What is stored. The token is random, so one round of SHA-256 is enough.
    var digest: [UInt8] { SHA256.digest(of: bytes.span) }

    /// Never the bytes, so that no log has them.
    public var description: String { "a re-entry token" }
}
