/// The order in which the bytes of a number travel.
///
/// Panda3D's `addInt16` and its kin are little-endian, `addBeInt16` and its kin are big-endian.
public enum ByteOrder: Sendable {
    /// Least significant byte first: Panda3D's default, and ours.
    case little
    /// Most significant byte first: network byte order.
    case big
}
