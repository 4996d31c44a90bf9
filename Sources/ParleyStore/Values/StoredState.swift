/// What is kept of a character or of a zone: bytes that the store does not read.
///
/// Stored bytes outlive code, so they carry the version of their format. The store gives back what it was given,
/// and its caller decodes older versions.
public struct StoredState: Hashable, Sendable {
    /// The version of the bytes' format.
    public var version: UInt16
    /// The bytes, at most ``mostBytes``.
    public var bytes: [UInt8]
    /// The number of the player's last request that the state contains; 0 for a zone.
    public var requests: UInt64
    /// The number of the newest event in the outbox that the state contains; 0 for a zone.
    public var outboxSeen: UInt64

    /// The most bytes of one state: 256 KiB.
    public static let mostBytes = 256 << 10

    /// A state from its parts.
    public init(version: UInt16, bytes: [UInt8], requests: UInt64 = 0, outboxSeen: UInt64 = 0) {
        self.version = version
        self.bytes = bytes
        self.requests = requests
        self.outboxSeen = outboxSeen
    }
}
