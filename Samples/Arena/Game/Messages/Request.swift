package import Parley

extension ArenaMessages {
    /// What a player asks for over TCP, reliably and in order.
    package enum Request: Hashable, Sendable {
        /// Says something to everybody: 1 to 200 bytes without control characters.
        case chat(String)
    }

    /// The longest chat text, in bytes of UTF-8.
    package static let maximumChatLength = 200

    /// Whether a text is allowed in chat.
    package static func isSayable(_ text: String) -> Bool {
        (1...maximumChatLength).contains(text.utf8.count) && isPrintable(text)
    }

    /// Whether a terminal can show it without doing anything else.
    static func isPrintable(_ text: String) -> Bool {
        text.unicodeScalars.allSatisfy { $0.properties.generalCategory != .control }
    }
}

extension ArenaMessages.Request: DatagramCodable {
    package init(from reader: inout DatagramReader) throws(DatagramError) {
        switch try reader.read(UInt8.self) {
        case 1:
            let text = try reader.readString()
            guard ArenaMessages.isSayable(text) else {
                throw reader.invalid(
                    "\(text.utf8.count) bytes", expected: "1…200 printable bytes of chat")
            }
            self = .chat(text)
        case let kind:
            throw reader.invalid(kind, expected: "the kind of a request, 1")
        }
    }

    package func encode(into datagram: inout Datagram) throws(DatagramError) {
        switch self {
        case .chat(let text):
            guard ArenaMessages.isSayable(text) else {
                throw .notRepresentable(
                    value: "chat of \(text.utf8.count) bytes", type: "1…200 printable bytes")
            }
            datagram.append(UInt8(1))
            try datagram.append(text)
        }
    }
}
