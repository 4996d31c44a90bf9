public import ParleyDatagrams

/// A recorded reason to leave: a kind, and its text if it has one.
extension LeaveReason: DatagramCodable {
    /// Reads what ``encode(into:)`` wrote.
    public init(from reader: inout DatagramReader) throws(DatagramError) {
        let offset = reader.offset
        self =
            switch try reader.read(UInt8.self) {
            case 0: .left
            case 1: .connectionLost
            case 2: .idle
            case 3: .kicked(try reader.readString(length: .uint32))
            case 4: .protocolViolation(try reader.readString(length: .uint32))
            case 5: .serverStopping
            case let kind:
                throw .unknownKind(kind, expected: "0 to 5 for a departure", at: offset)
            }
    }

    /// Appends the kind's byte, and the text if it has one.
    public func encode(into datagram: inout Datagram) throws(DatagramError) {
        switch self {
        case .left: datagram.append(UInt8(0))
        case .connectionLost: datagram.append(UInt8(1))
        case .idle: datagram.append(UInt8(2))
        case .kicked(let text):
            datagram.append(UInt8(3))
            try datagram.append(text, length: .uint32)
        case .protocolViolation(let text):
            datagram.append(UInt8(4))
            try datagram.append(text, length: .uint32)
        case .serverStopping: datagram.append(UInt8(5))
        }
    }
}
