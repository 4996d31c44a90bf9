package import ParleyDatagrams

extension ChatMessage: DatagramCodable {
    package init(from reader: inout DatagramReader) throws(DatagramError) {
        self.init(
            to: try reader.readOptional(), from: try reader.readName(), try reader.readWords())
    }

    package func encode(into datagram: inout Datagram) throws(DatagramError) {
        try datagram.append(optional: zone)
        try datagram.append(name: name)
        try datagram.append(words: text)
    }
}

extension WhisperMessage: DatagramCodable {
    package init(from reader: inout DatagramReader) throws(DatagramError) {
        self.init(
            to: try reader.readName(), from: try reader.readName(), try reader.readWords())
    }

    package func encode(into datagram: inout Datagram) throws(DatagramError) {
        try datagram.append(name: hearer)
        try datagram.append(name: name)
        try datagram.append(words: text)
    }
}

extension DatagramReader {
    /// Reads what a player says: UTF-8 behind a u16 count, at most ``ChatMessage/textLimit`` bytes.
    fileprivate mutating func readWords() throws(DatagramError) -> String {
        let start = offset
        let words = try readString()
        guard words.utf8.count <= ChatMessage.textLimit else {
            throw .limitExceeded(
                what: "what a player says", limit: ChatMessage.textLimit, offset: start)
        }
        return words
    }
}

extension Datagram {
    fileprivate mutating func append(words: String) throws(DatagramError) {
        guard words.utf8.count <= ChatMessage.textLimit else {
            throw .tooLong(
                what: "what a player says", count: words.utf8.count,
                maximum: ChatMessage.textLimit)
        }
        try append(words)
    }
}
