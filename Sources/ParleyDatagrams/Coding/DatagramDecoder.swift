/// Reads any `Decodable` value that a ``DatagramEncoder`` wrote.
///
/// Bytes from anybody are safe to give to it: nesting, the number of values and all memory are
/// bounded by ``limits`` and by the bytes that are there.
public struct DatagramDecoder: Sendable {
    /// What becomes of a key, or an element of an array, that the type does not ask for.
    public enum Unknown: Sendable, Hashable {
        /// It is an error: both ends are to be of one version.
        case reject
        /// It is passed over: the other end may be newer.
        case ignore
    }

    /// How large a value may be.
    public var limits: CodingLimits
    /// What becomes of keys that the type does not ask for.
    public var unknown: Unknown
    /// For types that ask for it while they decode themselves.
    public var userInfo: [CodingUserInfoKey: any Sendable] = [:]

    /// A decoder.
    ///
    /// - Parameters:
    ///   - limits: how large a value may be.
    ///   - unknown: what becomes of keys that the type does not ask for.
    public init(limits: CodingLimits = CodingLimits(), unknown: Unknown = .reject) {
        self.limits = limits
        self.unknown = unknown
    }

    /// The value that a datagram holds, and nothing else.
    ///
    /// - Parameters:
    ///   - type: what to read.
    ///   - datagram: its bytes.
    /// - Returns: the value.
    /// - Throws: ``DatagramError``: not such a value, over a limit, or bytes behind it.
    public func decode<Value: Decodable>(
        _ type: Value.Type = Value.self, from datagram: Datagram
    ) throws(DatagramError) -> Value {
        var reader = datagram.reader
        let value = try decode(type, from: &reader)
        try reader.expectEnd()
        return value
    }

    /// Reads a value; other fields may follow.
    ///
    /// When that fails, the position is what it was.
    ///
    /// - Parameters:
    ///   - type: what to read.
    ///   - reader: at the value.
    /// - Returns: the value.
    /// - Throws: ``DatagramError``: not such a value, or over a limit.
    public func decode<Value: Decodable>(
        _ type: Value.Type = Value.self, from reader: inout DatagramReader
    ) throws(DatagramError) -> Value {
        var indexer = ValueIndexer(reader, limits: limits)
        try indexer.run()
        let root = IndexedValue(
            indexer.index, in: reader.datagram, tracksRequests: unknown == .reject,
            userInfo: userInfo)
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
