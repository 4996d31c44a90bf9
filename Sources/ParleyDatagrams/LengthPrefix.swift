/// The width of the little-endian count in front of a text, a blob or a frame of a stream.
public enum LengthPrefix: Sendable, Hashable, CaseIterable {
    /// 2 bytes: the count is at most 65,535.
    case uint16
    /// 4 bytes: the count is at most 4,294,967,295.
    case uint32

    /// The number of bytes that the count itself takes.
    @inlinable
    public var byteCount: Int { self == .uint16 ? 2 : 4 }

    /// The largest count.
    @inlinable
    public var maximum: Int { self == .uint16 ? 0xFFFF : 0xFFFF_FFFF }
}
