/// The header of a message between servers: receiver, sender and code.
///
/// It is one byte, 1, for the number of receivers, then the receiver's channel and the sender's as
/// 64-bit numbers, and the code as a 16-bit number (Panda3D's `PyDatagram.addServerHeader`).
public struct ServerHeader: Hashable, Sendable, DatagramCodable {
    /// The channel of the receiver.
    public var channel: UInt64
    /// The channel of the sender.
    public var sender: UInt64
    /// The code of the message.
    public var code: UInt16

    /// The channel of the message director, for messages whose header has no sender
    /// (`addServerControlHeader`).
    public static let controlChannel: UInt64 = 1

    /// Creates a header.
    ///
    /// - Parameters:
    ///   - channel: The channel of the receiver.
    ///   - sender: The channel of the sender.
    ///   - code: The code of the message.
    public init(channel: UInt64, sender: UInt64, code: UInt16) {
        self.channel = channel
        self.sender = sender
        self.code = code
    }

    /// Reads a header.
    ///
    /// - Parameter reader: A reader at the header.
    /// - Throws: ``DatagramError`` when there are too few bytes, or not exactly one receiver.
    public init(from reader: inout DatagramReader) throws(DatagramError) {
        try reader.expectOneReceiver()
        channel = try reader.read()
        sender = try reader.read()
        code = try reader.read()
    }

    /// Appends the header.
    ///
    /// - Parameter datagram: The datagram.
    public func encode(into datagram: inout Datagram) {
        datagram.append(1 as UInt8)
        datagram.append(channel)
        datagram.append(sender)
        datagram.append(code)
    }
}

extension Datagram {
    /// Appends the header of a message for the message director (`addServerControlHeader`).
    ///
    /// - Parameter code: The code of the message.
    public mutating func appendServerControlHeader(code: UInt16) {
        append(1 as UInt8)
        append(ServerHeader.controlChannel)
        append(code)
    }
}

extension DatagramReader {
    /// Reads the header of a message for the message director.
    ///
    /// - Returns: The code of the message.
    /// - Throws: ``DatagramError`` when there are too few bytes, or when the channel is another.
    public mutating func readServerControlHeader() throws(DatagramError) -> UInt16 {
        try atomically { (reader) throws(DatagramError) in
            try reader.expectOneReceiver()
            let start = reader.offset
            let channel = try reader.read(UInt64.self)
            guard channel == ServerHeader.controlChannel else {
                throw .invalidValue(
                    expected: "the control channel \(ServerHeader.controlChannel)",
                    found: "channel \(channel)", offset: start)
            }
            return try reader.read(UInt16.self)
        }
    }

    mutating func expectOneReceiver() throws(DatagramError) {
        let start = position
        let receivers = try read(UInt8.self)
        guard receivers == 1 else {
            position = start
            throw .invalidValue(
                expected: "one receiver", found: "\(receivers) receivers", offset: start)
        }
    }
}
