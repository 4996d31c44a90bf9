extension Datagram {
    /// Appends a count of a text's bytes, and the text as UTF-8.
    ///
    /// When it throws, nothing is appended.
    ///
    /// - Parameters:
    ///   - text: The text, which may contain zero characters.
    ///   - length: The width of the count.
    /// - Throws: ``DatagramError/tooLong(what:count:maximum:)``.
    @inlinable
    public mutating func append(
        _ text: String, length: LengthPrefix = .uint16
    ) throws(DatagramError) {
        try append(count: text.utf8.count, as: length, of: "a text")
        append(bytes: text.utf8)
    }

    /// Appends a text as UTF-8, and a zero byte.
    ///
    /// - Parameter text: The text. It ends at its first zero character, if it has one.
    public mutating func appendZeroTerminated(_ text: String) {
        append(bytes: text.utf8.prefix { $0 != 0 })
        append(0 as UInt8)
    }

    /// Appends a text as UTF-8 in a field of a fixed width.
    ///
    /// Zero bytes fill the field up. A text that is longer than the field is cut, possibly inside a
    /// character, which makes it invalid for its reader.
    ///
    /// - Parameters:
    ///   - text: The text.
    ///   - byteCount: The width of the field in bytes. A negative number counts as 0.
    public mutating func appendFixed(_ text: String, byteCount: Int) {
        let cut = text.utf8.prefix(max(byteCount, 0))
        let length = cut.count
        append(bytes: cut)
        appendPadding(byteCount - length)
    }

    /// Appends a 32-bit count of a text's 16-bit units, and the text as UTF-16.
    ///
    /// Characters beyond the basic plane are two units, a surrogate pair. When it throws, nothing is
    /// appended.
    ///
    /// - Parameter text: The text.
    /// - Throws: ``DatagramError/tooLong(what:count:maximum:)``.
    public mutating func appendWide(_ text: String) throws(DatagramError) {
        try appendWide(units: Array(text.utf16))
    }

    /// Appends a 32-bit count of 16-bit units, and the units.
    ///
    /// When it throws, nothing is appended.
    ///
    /// - Parameter units: The units, which need not be valid UTF-16.
    /// - Throws: ``DatagramError/tooLong(what:count:maximum:)``.
    public mutating func appendWide(units: [UInt16]) throws(DatagramError) {
        guard let count = UInt32(exactly: units.count) else {
            throw .tooLong(what: "a wide text", count: units.count, maximum: Int(UInt32.max))
        }
        reserve(4 + units.count * 2)
        append(count)
        for unit in units { append(unit) }
    }
}
