/// The order in which the bytes of a number are sent.
public enum ByteOrder: Sendable {
    /// Least significant byte first, which is the default.
    case little
    /// Most significant byte first, which is network byte order.
    case big
}
