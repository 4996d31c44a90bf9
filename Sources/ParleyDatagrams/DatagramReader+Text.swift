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

    /// Reads a text of UTF-8 up to a zero byte, and that byte (Panda3D's `getZString`).
    ///
    /// - Returns: the text without the zero.
    /// - Throws: ``DatagramError``: no zero byte, or not UTF-8.
    public mutating func readZeroTerminated() throws(DatagramError) -> String {
        try atomically { (reader) throws(DatagramError) in
            let text = try reader.readUTF8(try reader.countToZero())
            reader.position += 1
            return text
        }
    }

    /// Reads bytes up to a zero byte, and that byte: a zero-terminated text of any encoding.
    ///
    /// - Returns: the bytes without the zero, not copied.
    /// - Throws: ``DatagramError/missingTerminator(available:offset:)``.
    public mutating func readZeroTerminatedBytes() throws(DatagramError) -> Datagram {
        let count = try countToZero()
        let bytes = try readBytes(count)
        position += 1
        return bytes
    }

    /// Reads a field of so many bytes as a text of UTF-8 that ends at its first zero byte, if it
    /// has one (Panda3D's `getFixedString`).
    ///
    /// - Parameter byteCount: the width of the field.
    /// - Returns: the text.
    /// - Throws: ``DatagramError``: too few bytes, or not UTF-8.
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

    /// Reads a text of UTF-16 behind a 32-bit count of its units (Panda3D's `getWstring`).
    ///
    /// - Returns: the text; surrogate pairs are put together.
    /// - Throws: ``DatagramError``: too few bytes, or a surrogate without its partner.
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

    /// Reads 16-bit units behind a 32-bit count of them, whatever they mean: for what Panda3D on
    /// Linux makes of characters beyond the basic plane.
    ///
    /// - Returns: the units.
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

    /// How many bytes there are before the next zero byte.
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

    /// Reads a text of so many bytes.
    ///
    /// The count may come from a peer: nothing is allocated before it is known that so many bytes
    /// are there.
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
