public import ParleyDatagrams

/// The snapshot packets that arrived: the newest one, and which of the 64 before it.
///
/// On the wire: the newest packet's number, a byte that says which of the eight bytes of the history are
/// not all ones, and those. Three bytes while nothing is lost (the scheme of mas-bandwidth/reliable).
public struct SnapshotAcknowledgement: Hashable, Sendable {
    /// The lowest 16 bits of the newest packet's number.
    public var newest: UInt16
    /// Bit n is set when the packet n + 1 before the newest one arrived.
    public var history: UInt64

    /// An acknowledgement of these packets.
    public init(newest: UInt16, history: UInt64) {
        self.newest = newest
        self.history = history
    }
}

extension SnapshotAcknowledgement: DatagramCodable {
    /// Reads 3 to 11 bytes.
    ///
    /// - Throws: ``DatagramError`` if bytes are missing.
    public init(from reader: inout DatagramReader) throws(DatagramError) {
        newest = try reader.read(UInt16.self)
        let present = try reader.read(UInt8.self)
        history = 0
        for index in 0..<8 as Range<UInt64> {
            let isThere = present >> UInt8(index) & 1 == 1
            let byte = isThere ? try reader.read(UInt8.self) : 0xFF
            history |= UInt64(byte) << (index * 8)
        }
    }

    /// Appends 3 to 11 bytes.
    public func encode(into datagram: inout Datagram) throws(DatagramError) {
        let bytes = (0..<8 as Range<UInt64>).map { UInt8(truncatingIfNeeded: history >> ($0 * 8)) }
        var present: UInt8 = 0
        for (index, byte) in bytes.enumerated() where byte != 0xFF { present |= 1 << index }
        datagram.append(newest)
        datagram.append(present)
        for byte in bytes where byte != 0xFF { datagram.append(byte) }
    }
}
