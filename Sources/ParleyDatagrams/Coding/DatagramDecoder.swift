/// Decodes `Decodable` values from the bytes of a ``DatagramEncoder``.
///
/// The bytes may come from a hostile peer. Depth, the number of values and the length of keys are
/// bounded by ``limits``. Memory is bounded by the bytes that exist, and the time that the bytes take
/// by that of an honest value of the same size.
public struct DatagramDecoder: Sendable {
    /// The treatment of keys and array elements that the type does not ask for.
    public enum Unknown: Sendable, Hashable {
        /// It is an error, because both ends are expected to be of the same version.
        case reject
        /// It is skipped, because the other end may be newer.
        case ignore
    }

    /// How large a value may be.
    public var limits: CodingLimits
    /// The treatment of keys that the type does not ask for.
    public var unknown: Unknown
    /// Information for types that decode themselves.
    public var userInfo: [CodingUserInfoKey: any Sendable] = [:]

    /// Creates a decoder.
    ///
    /// - Parameters:
    ///   - limits: How large a value may be.
    ///   - unknown: The treatment of keys that the type does not ask for.
    public init(limits: CodingLimits = CodingLimits(), unknown: Unknown = .reject) {
        self.limits = limits
        self.unknown = unknown
    }

    /// Decodes a datagram that contains one value and nothing else.
    ///
    /// - Parameters:
    ///   - type: The type of the value.
    ///   - datagram: The bytes of the value.
    /// - Returns: The value.
    /// - Throws: ``DatagramError`` when the bytes are not such a value, when it is over a limit, or
    ///   when bytes follow it.
    public func decode<Value: Decodable>(
        _ type: Value.Type = Value.self, from datagram: Datagram
    ) throws(DatagramError) -> Value {
        var reader = datagram.reader
        let value = try decode(type, from: &reader)
        try reader.expectEnd()
        return value
    }

    /// Reads a value that other fields may follow.
    ///
    /// When it throws, the position does not change.
    ///
    /// - Parameters:
    ///   - type: The type of the value.
    ///   - reader: A reader at the value.
    /// - Returns: The value.
    /// - Throws: ``DatagramError`` when the bytes are not such a value, or when it is over a limit.
    public func decode<Value: Decodable>(
        _ type: Value.Type = Value.self, from reader: inout DatagramReader
    ) throws(DatagramError) -> Value {
        var indexer = ValueIndexer(reader, limits: limits)
        try indexer.run()
        let root = IndexedValue(
            indexer.index, in: reader.datagram, tracksRequests: unknown == .reject,
            limit: limits.elements, userInfo: userInfo)
        let value: Value
        do {
            value = try ValueDecoder(value: root, entry: 0).decode(type)
        } catch {
            throw DatagramError(coding: error)
        }
        if unknown == .reject, let entry = root.firstUnrequested {
            throw DatagramError(
                path: root.path(to: entry), reason: "\(type) does not ask for this")
        }
        reader = indexer.reader
        return value
    }
}
