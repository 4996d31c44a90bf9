/// How large a `Codable` value may be that comes from somebody else.
public struct CodingLimits: Sendable, Hashable {
    /// How deep arrays and keyed values may nest.
    public var depth: Int
    /// How many values there may be in all: numbers, texts, arrays and so on.
    public var elements: Int

    /// Limits.
    ///
    /// - Parameters:
    ///   - depth: how deep arrays and keyed values may nest.
    ///   - elements: how many values there may be in all.
    public init(depth: Int = 64, elements: Int = 65_536) {
        self.depth = depth
        self.elements = elements
    }
}
