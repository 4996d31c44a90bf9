public import ParleyDatagrams

/// The join value of a game whose clients send only a name: it is empty.
public struct NoJoin: Hashable, Sendable {
    /// An empty value.
    public init() {}
}

extension NoJoin: DatagramCodable {
    /// Reads no bytes.
    public init(from reader: inout DatagramReader) throws(DatagramError) {}

    /// Appends no bytes.
    public func encode(into datagram: inout Datagram) throws(DatagramError) {}
}
