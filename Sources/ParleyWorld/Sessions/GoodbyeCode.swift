public import ParleyDatagrams

/// Why a server ends a session, as it travels.
public enum GoodbyeCode: UInt8, Hashable, Sendable, CaseIterable {
    /// The server is shutting down.
    case serverStopping = 0
    /// The player was not let in.
    case refused = 1
    /// The player was put out, or does not read what it is sent.
    case kicked = 2
    /// The player sent what the protocol does not allow.
    case protocolViolation = 3
    /// Nothing came from the player for too long.
    case idle = 4
    /// The session goes on on another connection.
    case replaced = 5
    /// The session cannot go on on this connection: it is over, or too much was said meanwhile.
    case notResumed = 6
}

/// A server's last word to a client.
public struct Goodbye: Hashable, Sendable, DatagramCodable, CustomStringConvertible {
    /// Why, for programs.
    public let code: GoodbyeCode

    /// Why, for people.
    public let text: String

    /// A goodbye; texts beyond 1,000 bytes are cut when they are sent.
    public init(code: GoodbyeCode, text: String) {
        self.code = code
        self.text = text
    }

    /// Reads the code's byte and the text.
    public init(from reader: inout DatagramReader) throws(DatagramError) {
        let offset = reader.offset
        let byte: UInt8 = try reader.read()
        guard let code = GoodbyeCode(rawValue: byte) else {
            throw .invalidValue(expected: "a goodbye's code", found: "\(byte)", offset: offset)
        }
        self.init(code: code, text: try reader.readString())
    }

    /// Appends the code's byte and the text, cut between characters when it is too long.
    public func encode(into datagram: inout Datagram) {
        var text = text
        while text.utf8.count > SessionFormat.maximumGoodbyeBytes { text.removeLast() }
        datagram.append(code.rawValue)
        datagram.append(UInt16(text.utf8.count))
        datagram.append(bytes: text.utf8)
    }

    /// For example "refused: the arena is full".
    public var description: String { "\(code): \(text)" }
}
