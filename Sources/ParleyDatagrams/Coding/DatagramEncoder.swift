/// Encodes `Encodable` values into compact bytes.
///
/// The bytes contain the types and the keys of the values, so a decoder can tell the values of one
/// version of a program from those of another. `Documentation/Wire.md` describes the format. For
/// values that are sent many times a second, implement ``DatagramEncodable`` by hand, which is many
/// times faster and takes fewer bytes.
public struct DatagramEncoder: Sendable {
    /// How large a value may be. The decoder at the other end has limits of its own.
    public var limits: CodingLimits
    /// Information for types that encode themselves.
    public var userInfo: [CodingUserInfoKey: any Sendable] = [:]

    /// Creates an encoder.
    ///
    /// - Parameter limits: How large a value may be.
    public init(limits: CodingLimits = CodingLimits()) {
        self.limits = limits
    }

    /// Encodes a value into a datagram that contains nothing else.
    ///
    /// - Parameter value: The value.
    /// - Returns: The bytes of the value.
    /// - Throws: ``DatagramError`` when the value cannot be encoded, or when it is over a limit.
    public func encode(_ value: some Encodable) throws(DatagramError) -> Datagram {
        var datagram = Datagram()
        try encode(value, into: &datagram)
        return datagram
    }

    /// Appends a value to a datagram.
    ///
    /// When it throws, nothing is appended.
    ///
    /// - Parameters:
    ///   - value: The value.
    ///   - datagram: The datagram, which may contain other fields.
    /// - Throws: ``DatagramError`` when the value cannot be encoded, or when it is over a limit.
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
        // Appending in place takes a writer that is the only owner of the bytes.
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
