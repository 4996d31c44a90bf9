extension DatagramReader {
    /// Reads a text of UTF-8 behind a count of its bytes (Panda3D's `getString`, `getString32`).
    ///
    /// When the bytes are not UTF-8, ``readBlob(length:)`` reads them as they are.
    ///
    /// - Parameter length: the width of the count.
    /// - Returns: the text.
    /// - Throws: ``DatagramError``: too few bytes, or not UTF-8.
    public mutating func readString(
        length: LengthPrefix = .uint16
    ) throws(DatagramError) -> String {
        try atomically { (reader) throws(DatagramError) in
            let count = try reader.readCount(length)
            return try reader.readUTF8(count)
        }
    }

    /// Reads bytes behind a count of them, without a copy (Panda3D's `getBlob`, `getBlob32`).
    ///
    /// - Parameter length: the width of the count.
    /// - Returns: a slice of the datagram.
    /// - Throws: ``DatagramError/endOfDatagram(expected:byteCount:available:offset:)``.
    public mutating func readBlob(
        length: LengthPrefix = .uint16
    ) throws(DatagramError) -> Datagram {
        try atomically { (reader) throws(DatagramError) in
            let count = try reader.readCount(length)
            return try reader.readBytes(count)
        }
    }

    mutating func readCount(_ length: LengthPrefix) throws(DatagramError) -> Int {
        switch length {
        case .uint16: Int(try read(UInt16.self))
        case .uint32: Int(try read(UInt32.self))
        }
    }

    /// Reads a text of so many bytes.
    ///
    /// The count may come from a peer: nothing is allocated before it is known that so many bytes
    /// are there.
    mutating func readUTF8(_ count: Int) throws(DatagramError) -> String {
        try require(count, for: "text")
        let bytes = datagram.slice(position..<position + count)
        let text = unsafe bytes.withUnsafeBytes { unsafe String(validating: $0, as: UTF8.self) }
        guard let text else { throw .invalidUTF8(byteCount: count, offset: position) }
        position += count
        return text
    }
}
