/// 128 random bits that an invite may carry: only a client that has them may join.
///
/// A server that has one (`GameServerConfiguration.joinSecret`) lets in only clients that present it.
public struct JoinSecret: Sendable, CustomStringConvertible, CustomReflectable {
    /// How many bytes it has.
    package static let count = 16

    /// The bytes.
    package let bytes: [UInt8]

    /// A new one.
    public init() {
        var bytes = [UInt8](repeating: 0, count: Self.count)
        var span = bytes.mutableSpan
        RandomBytes.fill(&span)
        self.bytes = bytes
    }

    /// The secret of these bytes; nil where they are not ``count``.
    package init?(bytes: [UInt8]) {
        guard bytes.count == Self.count else { return nil }
        self.bytes = bytes
    }

    /// The secret that was printed as 26 characters of base32; nil where it is none.
    public init?(_ text: some StringProtocol) {
        guard let bytes = Base32.bytes(of: Substring(text), count: Self.count) else { return nil }
        self.bytes = bytes
    }

    /// 26 characters of base32.
    public var text: String { Base32.text(of: bytes.span) }

    /// Not the secret: what describes a value ends up in logs.
    public var description: String { "a join secret" }

    /// Empty, so that `dump` does not print the bytes either.
    public var customMirror: Mirror { Mirror(self, children: [:]) }
}

extension JoinSecret: Hashable {
    /// Takes the same time wherever the secrets differ.
    public static func == (left: JoinSecret, right: JoinSecret) -> Bool {
        ConstantTime.isEqual(left.bytes.span, right.bytes.span)
    }
}
