/// How large an encoded `Codable` value may be.
public struct CodingLimits: Sendable, Hashable {
    /// How deep arrays and keyed values may nest.
    public var depth: Int
    /// How many values there may be in all. Numbers and texts count, and so do the arrays and keyed
    /// values that contain them. Bytes are one value, unless a type reads them as an array: then each
    /// of them counts.
    public var elements: Int
    /// How many bytes of UTF-8 a key may have.
    public var keyLength: Int

    /// Limits.
    ///
    /// - Parameters:
    ///   - depth: How deep arrays and keyed values may nest.
    ///   - elements: How many values there may be in all.
    ///   - keyLength: How many bytes of UTF-8 a key may have.
    @inlinable
    public init(depth: Int = 64, elements: Int = 65_536, keyLength: Int = 255) {
        self.depth = depth
        self.elements = elements
        self.keyLength = keyLength
    }
}
