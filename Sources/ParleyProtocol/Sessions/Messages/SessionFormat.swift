package import ParleyDatagrams

/// The numbers that both sides of a session agree on beside the messages themselves.
package enum SessionFormat {
    /// The version of the session protocol that this code speaks.
    package static let version: UInt16 = 2

    /// The payload of a sealed packet that every path on the Internet carries whole.
    package static let safePayloadBytes = SessionPackets.payloadCapacity(tagCount: 16)

    /// The most bytes of a payload that may be fragmented, with room for a packet's own frames.
    package static let largestPayloadBytes = SessionPackets.largestCount - 64

    /// The longest first message of a connection: a hello or a resume.
    package static let maximumHelloBytes = 2_048

    /// The most bytes of the ticket in a hello.
    package static let maximumTicketBytes = 512

    /// The most bytes of the game's join value in a hello.
    package static let maximumJoinBytes = 512

    /// The limits of a `Codable` command, of which a player sends many.
    package static let commandLimits = CodingLimits(elements: 256)

    /// The limits of a `Codable` join value.
    package static let joinLimits = CodingLimits(elements: 256)

    /// The limits of a `Codable` request.
    package static let requestLimits = CodingLimits(elements: 1_024)

    /// Bytes before a snapshot's payload: tick, acknowledged sequence.
    package static let snapshotHeaderBytes = 8

    /// The longest text of a goodbye, in bytes.
    package static let maximumGoodbyeBytes = 1_000
}

extension Datagram {
    /// Decodes a value that fills these bytes exactly.
    ///
    /// - Parameters:
    ///   - type: The value's type.
    ///   - limits: How large a `Codable` value may be.
    package func decoded<Value: DatagramDecodable>(
        _ type: Value.Type = Value.self, limits: CodingLimits = CodingLimits()
    ) throws(DatagramError) -> Value {
        var reader = reader
        reader.codingLimits = limits
        let value = try reader.read(type)
        try reader.expectEnd()
        return value
    }
}

extension DatagramError {
    /// The first byte of a message is none of the known ones.
    package static func unknownKind(
        _ kind: UInt8, expected: String, at offset: Int
    ) -> DatagramError {
        .invalidValue(expected: expected, found: "kind \(kind)", offset: offset)
    }
}
