package import ParleyDatagrams

/// What both sides of a session agree on beside the messages themselves.
package enum SessionFormat {
    /// The version of the session protocol that this code speaks.
    package static let version: UInt16 = 1

    /// What every path on the Internet carries in one packet, with headers to spare.
    package static let safePacketBytes = 1_200

    /// Bytes before a snapshot's payload: kind, tick, acknowledged sequence.
    package static let snapshotHeaderBytes = 9

    /// The most bytes of a goodbye's text.
    package static let maximumGoodbyeBytes = 1_000
}

extension Datagram {
    /// The value that these bytes are, and nothing more than it.
    package func decoded<Value: DatagramDecodable>(
        _ type: Value.Type = Value.self
    ) throws(DatagramError) -> Value {
        var reader = reader
        let value = try reader.read(type)
        try reader.expectEnd()
        return value
    }
}

extension DatagramError {
    /// The first byte of a message is none of those that there are.
    static func unknownKind(_ kind: UInt8, expected: String, at offset: Int) -> DatagramError {
        .invalidValue(expected: expected, found: "kind \(kind)", offset: offset)
    }
}
