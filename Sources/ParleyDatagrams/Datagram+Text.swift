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
}
