/// A value that can be appended to a datagram.
///
/// Write ``encode(into:)`` by hand for what is sent often. A type that is `Encodable` too gets it
/// for nothing, through the compact binary coder.
public protocol DatagramEncodable {
    /// Appends the value.
    ///
    /// - Parameter datagram: may already hold other fields.
    /// - Throws: ``DatagramError`` when the value cannot be written, a text that is too long say.
    func encode(into datagram: inout Datagram) throws(DatagramError)
}

/// A value that can be read from a datagram.
public protocol DatagramDecodable {
    /// Reads the value.
    ///
    /// - Parameter reader: may have other fields before and after the value.
    /// - Throws: ``DatagramError`` when the bytes do not say such a value.
    init(from reader: inout DatagramReader) throws(DatagramError)
}

/// A value that goes into a datagram and comes out of one.
public typealias DatagramCodable = DatagramEncodable & DatagramDecodable

extension Datagram {
    /// Appends a value as it encodes itself.
    ///
    /// When that fails, the datagram is what it was.
    ///
    /// - Parameter value: what to append.
    /// - Throws: what the value throws.
    @inlinable
    public mutating func append(_ value: some DatagramEncodable) throws(DatagramError) {
        let before = byteCount
        do {
            try value.encode(into: &self)
        } catch {
            byteCount = min(before, byteCount)
            throw error
        }
    }

    /// A datagram that holds one value.
    ///
    /// - Parameter value: what to append.
    /// - Throws: what the value throws.
    @inlinable
    public init(encoding value: some DatagramEncodable) throws(DatagramError) {
        self.init()
        try value.encode(into: &self)
    }
}

extension DatagramReader {
    /// Reads a value as it decodes itself.
    ///
    /// When that fails, the position is what it was.
    ///
    /// - Parameter type: what to read.
    /// - Returns: the value.
    /// - Throws: what the value throws.
    @inlinable
    public mutating func read<Value: DatagramDecodable>(
        _ type: Value.Type = Value.self
    ) throws(DatagramError) -> Value {
        try atomically { (reader) throws(DatagramError) in try Value(from: &reader) }
    }
}
