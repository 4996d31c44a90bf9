/// The reason why an encrypted connection ended: the peer could not be verified, broke the protocol, or
/// vanished.
///
/// The error comes from the module that encrypts; for TLS it is a `TLSError`.
public struct SecurityFailure: Error, Sendable, Hashable, CustomStringConvertible {
    /// The error itself.
    public let error: any Error & Sendable
    /// What went wrong, in a sentence.
    public let description: String
    /// Whether the connection was lost: the peer's stream ended, and the peer had not said that it would.
    public let isLostConnection: Bool

    package init(_ error: any Error & Sendable & CustomStringConvertible, isLostConnection: Bool) {
        self.error = error
        self.isLostConnection = isLostConnection
        description = error.description
    }

    /// Whether both say the same.
    public static func == (left: SecurityFailure, right: SecurityFailure) -> Bool {
        left.description == right.description && left.isLostConnection == right.isLostConnection
    }

    /// Hashes the sentence.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(description)
    }
}
