/// The width of the count that goes before a text, a blob or a TCP frame.
///
/// Little-endian.
public enum LengthPrefix: Sendable, Hashable, CaseIterable {
    /// 2 bytes: at most 65,535 bytes follow. Panda3D's `addString`, `addBlob`, `tcp-header-size 2`.
    case uint16
    /// 4 bytes: Panda3D's `addString32`, `addBlob32`, `tcp-header-size 4`.
    case uint32

    /// How many bytes the count itself takes.
    @inlinable
    public var byteCount: Int { self == .uint16 ? 2 : 4 }

    /// The largest count it can say.
    @inlinable
    public var maximum: Int { self == .uint16 ? 0xFFFF : 0xFFFF_FFFF }
}
