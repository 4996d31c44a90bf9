/// Writes any `Encodable` value into a datagram, compactly.
///
/// The bytes say what they are (numbers, texts, keys), so values of one version can be told from
/// those of another; `Documentation/Wire.md` has the format. For what is sent many times a second,
/// write a ``DatagramEncodable`` by hand: it is smaller and many times faster.
public struct DatagramEncoder: Sendable {
    /// How large a value may be; an encoder refuses what the decoder at the other end would.
    public var limits: CodingLimits
    /// For types that ask for it while they encode themselves.
    public var userInfo: [CodingUserInfoKey: any Sendable] = [:]

    /// An encoder.
    ///
    /// - Parameter limits: how large a value may be.
    public init(limits: CodingLimits = CodingLimits()) {
        self.limits = limits
    }

    /// A datagram that holds a value.
    ///
    /// - Parameter value: of any shape.
    /// - Returns: the value's bytes.
    /// - Throws: ``DatagramError/coding(path:reason:)``, or a limit that was exceeded.
    public func encode(_ value: some Encodable) throws(DatagramError) -> Datagram {
        var datagram = Datagram()
        try encode(value, into: &datagram)
        return datagram
    }

    /// Appends a value to a datagram.
    ///
    /// When that fails, nothing is appended.
    ///
    /// - Parameters:
    ///   - value: of any shape.
    ///   - datagram: may hold other fields.
    /// - Throws: ``DatagramError/coding(path:reason:)``, or a limit that was exceeded.
    public func encode(
        _ value: some Encodable, into datagram: inout Datagram
    ) throws(DatagramError) {
        let root = EncodedNode()
        do {
            try ValueEncoder(node: root, codingPath: [], information: userInfo, limits: limits)
                .encode(value)
        } catch {
            throw DatagramError(coding: error)
        }
        // The writer must be the only owner of the bytes to append to them in place.
        let length = datagram.count
        var writer = EncodedNodeWriter(datagram, limits: limits)
        datagram = Datagram()
        defer { datagram = writer.datagram }
        do {
            try writer.write(root)
        } catch {
            writer.datagram.truncate(to: length)
            throw error
        }
    }
}
