/// The header of a message between servers: whom it is for, from whom it is, what it is.
///
/// One byte 1 (the number of receivers), the receiver's channel and the sender's as 64-bit
/// numbers, the message's code in 16 bits (Panda3D's `PyDatagram.addServerHeader`).
public struct ServerHeader: Hashable, Sendable, DatagramCodable {
    /// Whom the message is for.
    public var channel: UInt64
    /// Whom it is from.
    public var sender: UInt64
    /// What it is.
    public var code: UInt16

    /// The channel of a message for the message director itself, whose header has no sender
    /// (`addServerControlHeader`).
    public static let controlChannel: UInt64 = 1

    /// A header.
    ///
    /// - Parameters:
    ///   - channel: whom the message is for.
    ///   - sender: whom it is from.
    ///   - code: what it is.
    public init(channel: UInt64, sender: UInt64, code: UInt16) {
        self.channel = channel
        self.sender = sender
        self.code = code
    }

    /// Reads a header.
    ///
    /// - Parameter reader: at the header.
    /// - Throws: ``DatagramError``: too few bytes, or not exactly one receiver.
    public init(from reader: inout DatagramReader) throws(DatagramError) {
        try reader.expectOneReceiver()
        channel = try reader.read()
        sender = try reader.read()
        code = try reader.read()
    }

    /// Appends the header.
    ///
    /// - Parameter datagram: what to append it to.
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
    /// - Parameter code: what the message is.
    public mutating func appendServerControlHeader(code: UInt16) {
        append(1 as UInt8)
        append(ServerHeader.controlChannel)
        append(code)
    }
}

extension DatagramReader {
    /// Reads the header of a message for the message director.
    ///
    /// - Returns: what the message is.
    /// - Throws: ``DatagramError``: too few bytes, or for another channel.
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
