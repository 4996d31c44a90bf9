/// The fingerprint of a server's public key: the first 128 bits of SHA-256 over its
/// SubjectPublicKeyInfo (RFC 5280).
///
/// The certificate does not count, so that a renewed one of the same key has the same pin.
public struct PublicKeyPin: Sendable, Hashable, CustomStringConvertible {
    /// The length of a pin, in bytes.
    static let count = 16

    let bytes: [UInt8]

    /// The pin with these bits; nil where there are not 16 bytes.
    package init?(bytes: some Collection<UInt8>) {
        guard bytes.count == Self.count else { return nil }
        self.bytes = Array(bytes)
    }

    /// The pin of a key with that digest.
    init(digest: some Collection<UInt8>) {
        bytes = Array(digest.prefix(Self.count))
    }

    /// The pin that was printed as 26 characters of base32; nil where it is none.
    public init?(_ text: some StringProtocol) {
        guard let bytes = Base32.bytes(of: Substring(text), count: Self.count) else { return nil }
        self.bytes = bytes
    }

    /// 26 characters of base32.
    public var description: String { Base32.text(of: bytes.span) }
}
