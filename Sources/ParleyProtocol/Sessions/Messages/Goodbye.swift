public import ParleyDatagrams

/// A server's last message to a client.
public struct Goodbye: Hashable, Sendable, DatagramCodable, CustomStringConvertible {
    /// The reason, for programs.
    public let code: GoodbyeCode

    /// The reason, for people: at most 1,000 bytes of printable text (``PrintableText``).
    public let text: String

    /// A goodbye.
    ///
    /// - Parameters:
    ///   - code: The reason, for programs.
    ///   - text: The reason, for people. It may quote a peer: characters that are not printable are
    ///     escaped, and what goes beyond 1,000 bytes is cut.
    public init(code: GoodbyeCode, text: String) {
        self.code = code
        self.text = PrintableText.escaped(
            text, maximumBytes: SessionFormat.maximumGoodbyeBytes)
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

    /// Appends the code's byte and the text.
    public func encode(into datagram: inout Datagram) {
        datagram.append(code.rawValue)
        datagram.append(UInt16(text.utf8.count))
        datagram.append(bytes: text.utf8)
    }

    /// For example "refused: the arena is full".
    public var description: String { "\(code): \(text)" }
}
