/// A type whose values can be appended to a datagram.
///
/// A type that is also `Encodable` needs no code: ``DatagramEncoder`` writes its values. For values
/// that are sent often, implement ``encode(into:)`` by hand, which is faster and takes fewer bytes.
public protocol DatagramEncodable {
    /// Appends the value.
    ///
    /// - Parameter datagram: The datagram, which may contain other fields.
    /// - Throws: ``DatagramError`` when the value cannot be encoded, such as a text that is too
    ///   long.
    func encode(into datagram: inout Datagram) throws(DatagramError)
}

/// A type whose values can be read from a datagram.
public protocol DatagramDecodable {
    /// Reads a value.
    ///
    /// - Parameter reader: A reader at the value. Other fields may follow.
    /// - Throws: ``DatagramError`` when the bytes are not such a value.
    init(from reader: inout DatagramReader) throws(DatagramError)
}

/// A type whose values can be appended to a datagram and read from one.
public typealias DatagramCodable = DatagramEncodable & DatagramDecodable

extension Datagram {
    /// Appends a value.
    ///
    /// When it throws, nothing is appended.
    ///
    /// - Parameter value: The value.
    /// - Throws: The error of the value's `encode(into:)`.
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

    /// Creates a datagram that contains one value.
    ///
    /// - Parameter value: The value.
    /// - Throws: The error of the value's `encode(into:)`.
    @inlinable
    public init(encoding value: some DatagramEncodable) throws(DatagramError) {
        self.init()
        try value.encode(into: &self)
    }
}

extension DatagramReader {
    /// Reads a value.
    ///
    /// When it throws, the position does not change.
    ///
    /// - Parameter type: The type of the value.
    /// - Returns: The value.
    /// - Throws: The error of the type's `init(from:)`.
    @inlinable
    public mutating func read<Value: DatagramDecodable>(
        _ type: Value.Type = Value.self
    ) throws(DatagramError) -> Value {
        try atomically { (reader) throws(DatagramError) in try Value(from: &reader) }
    }
}
