// A `Codable` type becomes `DatagramCodable` by declaring the conformance.

extension DatagramEncodable where Self: Encodable {
    /// Appends the value as ``DatagramEncoder`` encodes it.
    ///
    /// When it throws, nothing is appended.
    ///
    /// - Parameter datagram: The datagram, which may contain other fields.
    /// - Throws: ``DatagramError``.
    public func encode(into datagram: inout Datagram) throws(DatagramError) {
        try DatagramEncoder().encode(self, into: &datagram)
    }
}

extension DatagramDecodable where Self: Decodable {
    /// Reads a value as ``DatagramDecoder`` decodes it, within the ``DatagramReader/codingLimits`` of
    /// the reader.
    ///
    /// - Parameter reader: A reader at the value. Other fields may follow.
    /// - Throws: ``DatagramError``.
    public init(from reader: inout DatagramReader) throws(DatagramError) {
        self = try DatagramDecoder(limits: reader.codingLimits).decode(Self.self, from: &reader)
    }
}

extension Datagram {
    /// Appends an `Encodable` value as ``DatagramEncoder`` encodes it.
    ///
    /// When it throws, nothing is appended.
    ///
    /// - Parameter value: The value.
    /// - Throws: ``DatagramError``.
    public mutating func append(coding value: some Encodable) throws(DatagramError) {
        try DatagramEncoder().encode(value, into: &self)
    }

    /// Removes bytes from the end.
    mutating func truncate(to count: Int) {
        byteCount = min(byteCount, max(count, 0))
    }
}

extension DatagramReader {
    /// Reads a `Decodable` value as ``DatagramDecoder`` decodes it, within ``codingLimits``.
    ///
    /// When it throws, the position does not change.
    ///
    /// - Parameter type: The type of the value.
    /// - Returns: The value.
    /// - Throws: ``DatagramError``.
    public mutating func read<Value: Decodable>(
        coding type: Value.Type
    ) throws(DatagramError) -> Value {
        try DatagramDecoder(limits: codingLimits).decode(type, from: &self)
    }
}

extension Datagram: Codable {
    /// Encodes the bytes: with ``DatagramEncoder`` as bytes, with others as an array of numbers.
    ///
    /// - Parameter encoder: The encoder.
    /// - Throws: The error of the encoder.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(bytes)
    }

    /// Decodes bytes.
    ///
    /// - Parameter decoder: The decoder.
    /// - Throws: The error of the decoder.
    public init(from decoder: any Decoder) throws {
        self.init(bytes: try decoder.singleValueContainer().decode([UInt8].self))
    }
}
