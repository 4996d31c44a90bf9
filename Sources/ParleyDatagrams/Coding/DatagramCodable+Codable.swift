// A `Codable` type is `DatagramCodable` by saying so.

extension DatagramEncodable where Self: Encodable {
    /// Appends the value as a ``DatagramEncoder`` writes it.
    ///
    /// - Parameter datagram: may already hold other fields.
    /// - Throws: ``DatagramError``, and nothing is appended.
    public func encode(into datagram: inout Datagram) throws(DatagramError) {
        try DatagramEncoder().encode(self, into: &datagram)
    }
}

extension DatagramDecodable where Self: Decodable {
    /// Reads the value as a ``DatagramDecoder`` does.
    ///
    /// - Parameter reader: may have other fields before and after the value.
    /// - Throws: ``DatagramError``.
    public init(from reader: inout DatagramReader) throws(DatagramError) {
        self = try DatagramDecoder(limits: reader.codingLimits).decode(Self.self, from: &reader)
    }
}

extension Datagram {
    /// Appends any `Encodable` value as a ``DatagramEncoder`` writes it.
    ///
    /// - Parameter value: of any shape.
    /// - Throws: ``DatagramError``, and nothing is appended.
    public mutating func append(coding value: some Encodable) throws(DatagramError) {
        try DatagramEncoder().encode(value, into: &self)
    }

    /// Takes bytes off the end.
    mutating func truncate(to count: Int) {
        byteCount = min(byteCount, max(count, 0))
    }
}

extension DatagramReader {
    /// Reads any `Decodable` value that a ``DatagramEncoder`` wrote.
    ///
    /// - Parameter type: what to read.
    /// - Returns: the value.
    /// - Throws: ``DatagramError``, and the position is what it was.
    public mutating func read<Value: Decodable>(
        coding type: Value.Type
    ) throws(DatagramError) -> Value {
        try DatagramDecoder(limits: codingLimits).decode(type, from: &self)
    }
}

extension Datagram: Codable {
    /// Writes the bytes; with any coder as an array of numbers, with ours as bytes.
    ///
    /// - Parameter encoder: any.
    /// - Throws: what the encoder throws.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(bytes)
    }

    /// Reads bytes.
    ///
    /// - Parameter decoder: any.
    /// - Throws: what the decoder throws.
    public init(from decoder: any Decoder) throws {
        self.init(bytes: try decoder.singleValueContainer().decode([UInt8].self))
    }
}
