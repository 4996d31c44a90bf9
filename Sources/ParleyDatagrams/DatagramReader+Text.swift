extension DatagramReader {
    /// Reads a count of bytes, and a text of UTF-8.
    ///
    /// ``readBlob(length:)`` reads bytes that are not UTF-8.
    ///
    /// - Parameter length: The width of the count.
    /// - Returns: The text.
    /// - Throws: ``DatagramError`` when there are too few bytes, when they are not UTF-8, or when the
    ///   text has more than 30 combining marks in a row (Unicode's stream-safe text format).
    public mutating func readString(
        length: LengthPrefix = .uint16
    ) throws(DatagramError) -> String {
        try atomically { (reader) throws(DatagramError) in
            let count = try reader.readCount(length)
            return try reader.readUTF8(count)
        }
    }

    /// Reads a count of bytes, and the bytes without copying them.
    ///
    /// - Parameter length: The width of the count.
    /// - Returns: A slice of the datagram.
    /// - Throws: ``DatagramError/endOfDatagram(expected:byteCount:available:offset:)``.
    public mutating func readBlob(
        length: LengthPrefix = .uint16
    ) throws(DatagramError) -> Datagram {
        try atomically { (reader) throws(DatagramError) in
            let count = try reader.readCount(length)
            return try reader.readBytes(count)
        }
    }

    /// Reads a text of UTF-8 and the zero byte that ends it.
    ///
    /// - Returns: The text without the zero.
    /// - Throws: ``DatagramError`` when there is no zero byte, when the text is not UTF-8, or when it
    ///   has more than 30 combining marks in a row.
    public mutating func readZeroTerminated() throws(DatagramError) -> String {
        try atomically { (reader) throws(DatagramError) in
            let text = try reader.readUTF8(try reader.countToZero())
            reader.position += 1
            return text
        }
    }

    /// Reads bytes and the zero byte that ends them, such as a text of any encoding.
    ///
    /// - Returns: The bytes without the zero, which are not copied.
    /// - Throws: ``DatagramError/missingTerminator(available:offset:)``.
    public mutating func readZeroTerminatedBytes() throws(DatagramError) -> Datagram {
        let count = try countToZero()
        let bytes = try readBytes(count)
        position += 1
        return bytes
    }

    /// Reads a text of UTF-8 in a field of a fixed width. The text ends at the first zero byte of the
    /// field, if it has one.
    ///
    /// - Parameter byteCount: The width of the field in bytes.
    /// - Returns: The text.
    /// - Throws: ``DatagramError`` when there are too few bytes, when the text is not UTF-8, or when
    ///   it has more than 30 combining marks in a row.
    public mutating func readFixed(byteCount: Int) throws(DatagramError) -> String {
        try atomically { (reader) throws(DatagramError) in
            let start = reader.position
            let field = try reader.readBytes(byteCount).reader
            let length = (try? field.countToZero()) ?? byteCount
            reader.position = start
            let text = try reader.readUTF8(length)
            reader.position = start + byteCount
            return text
        }
    }

    /// Reads a 32-bit count of 16-bit units, and a text of UTF-16.
    ///
    /// - Returns: The text, in which each surrogate pair is one character.
    /// - Throws: ``DatagramError`` when there are too few bytes, when a surrogate has no partner, or
    ///   when the text has more than 30 combining marks in a row.
    public mutating func readWide() throws(DatagramError) -> String {
        try atomically { (reader) throws(DatagramError) in
            let start = reader.position
            let units = try reader.readWideUnits()
            guard let text = String(validating: units, as: UTF16.self) else {
                throw .invalidUTF16(unitCount: units.count, offset: start + 4)
            }
            try reader.expectStreamSafe(text, at: start + 4)
            return text
        }
    }

    /// Reads a 32-bit count of 16-bit units, and the units, which need not be valid UTF-16.
    ///
    /// - Returns: The units.
    /// - Throws: ``DatagramError/endOfDatagram(expected:byteCount:available:offset:)``.
    public mutating func readWideUnits() throws(DatagramError) -> [UInt16] {
        try atomically { (reader) throws(DatagramError) in
            let count = Int(try reader.read(UInt32.self))
            try reader.require(count * 2, for: "wide text")
            var units: [UInt16] = []
            units.reserveCapacity(count)
            for _ in 0..<count { units.append(try reader.read(UInt16.self)) }
            return units
        }
    }

    /// The number of bytes before the next zero byte.
    private func countToZero() throws(DatagramError) -> Int {
        let zero = unsafe datagram.withUnsafeBytes { bytes in
            unsafe bytes[position...].firstIndex(of: 0)
        }
        guard let zero else {
            throw .missingTerminator(available: remainingCount, offset: position)
        }
        return zero - position
    }

    mutating func readCount(_ length: LengthPrefix) throws(DatagramError) -> Int {
        switch length {
        case .uint16: Int(try read(UInt16.self))
        case .uint32: Int(try read(UInt32.self))
        }
    }

    /// Throws when a text would take far more time to compare than to send.
    private func expectStreamSafe(_ text: String, at offset: Int) throws(DatagramError) {
        guard text.isStreamSafe else {
            throw .invalidValue(
                expected: "a text with at most \(String.longestMarkRun) combining marks in a row",
                found: "more of them", offset: offset)
        }
    }

    /// Reads a text of UTF-8.
    ///
    /// The count may come from a peer, so nothing is allocated before the bytes are known to exist.
    mutating func readUTF8(_ count: Int) throws(DatagramError) -> String {
        try require(count, for: "text")
        let bytes = datagram.slice(position..<position + count)
        let text = unsafe bytes.withUnsafeBytes { unsafe String(validating: $0, as: UTF8.self) }
        guard let text else { throw .invalidUTF8(byteCount: count, offset: position) }
        try expectStreamSafe(text, at: position)
        position += count
        return text
    }
}
