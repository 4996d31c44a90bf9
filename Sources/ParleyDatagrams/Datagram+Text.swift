extension Datagram {
    /// Appends a text as UTF-8 behind a count of its *bytes* (Panda3D's `addString`,
    /// `addString32`).
    ///
    /// - Parameters:
    ///   - text: any; zero characters are allowed.
    ///   - length: the width of the count.
    /// - Throws: ``DatagramError/tooLong(what:count:maximum:)``, and nothing is appended.
    @inlinable
    public mutating func append(
        _ text: String, length: LengthPrefix = .uint16
    ) throws(DatagramError) {
        try append(count: text.utf8.count, as: length, of: "a text")
        append(bytes: text.utf8)
    }

    /// Appends a text as UTF-8 with a zero byte behind it (Panda3D's `addZString`).
    ///
    /// - Parameter text: what is behind its first zero character, if it has one, is left out.
    public mutating func appendZeroTerminated(_ text: String) {
        append(bytes: text.utf8.prefix { $0 != 0 })
        append(0 as UInt8)
    }

    /// Appends a text as UTF-8 in a field of so many bytes (Panda3D's `addFixedString`).
    ///
    /// - Parameters:
    ///   - text: followed by zero bytes when it is shorter than the field, cut when it is longer,
    ///     as Panda3D does: possibly inside a character, which its reader then finds invalid.
    ///   - byteCount: the width of the field; negative is 0.
    public mutating func appendFixed(_ text: String, byteCount: Int) {
        let cut = text.utf8.prefix(max(byteCount, 0))
        let length = cut.count
        append(bytes: cut)
        appendPadding(byteCount - length)
    }

    /// Appends a text as UTF-16 behind a 32-bit count of its *units* (Panda3D's `addWstring`).
    ///
    /// Characters beyond the basic plane are two units, a surrogate pair. Panda3D on Linux cuts
    /// them to their low 16 bits instead, which no reader can undo.
    ///
    /// - Parameter text: any.
    /// - Throws: ``DatagramError/tooLong(what:count:maximum:)``, and nothing is appended.
    public mutating func appendWide(_ text: String) throws(DatagramError) {
        try appendWide(units: Array(text.utf16))
    }

    /// Appends 16-bit units behind a 32-bit count of them, whatever they mean.
    ///
    /// - Parameter units: need not be valid UTF-16.
    /// - Throws: ``DatagramError/tooLong(what:count:maximum:)``, and nothing is appended.
    public mutating func appendWide(units: [UInt16]) throws(DatagramError) {
        guard let count = UInt32(exactly: units.count) else {
            throw .tooLong(what: "a wide text", count: units.count, maximum: Int(UInt32.max))
        }
        reserve(4 + units.count * 2)
        append(count)
        for unit in units { append(unit) }
    }
}
