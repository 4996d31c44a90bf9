extension Datagram {
    /// Appends bytes as they are, without a length (Panda3D's `appendData`).
    ///
    /// - Parameter bytes: copied.
    @inlinable
    public mutating func append(bytes: some Collection<UInt8>) {
        let copied: Void? = bytes.withContiguousStorageIfAvailable { contiguous in
            unsafe append(UnsafeRawBufferPointer(contiguous))
        }
        guard copied == nil else { return }
        unsafe Array(bytes).withUnsafeBytes { unsafe append($0) }
    }

    /// Appends the bytes of another datagram, without a length.
    ///
    /// - Parameter datagram: copied; may be the datagram itself.
    @inlinable
    public mutating func append(contentsOf datagram: Datagram) {
        unsafe datagram.withUnsafeBytes { bytes in unsafe append(bytes) }
    }

    /// Appends borrowed bytes, without a length.
    ///
    /// - Parameter span: copied.
    @inlinable
    public mutating func append(_ span: borrowing Span<UInt8>) {
        unsafe span.withUnsafeBytes { unsafe append($0) }
    }

    /// Appends bytes behind a count of them (Panda3D's `addBlob`, `addBlob32`).
    ///
    /// - Parameters:
    ///   - blob: copied.
    ///   - length: the width of the count.
    /// - Throws: ``DatagramError/tooLong(what:count:maximum:)``, and nothing is appended.
    @inlinable
    public mutating func append(
        blob: some Collection<UInt8>, length: LengthPrefix = .uint16
    ) throws(DatagramError) {
        try append(count: blob.count, as: length, of: "a blob")
        append(bytes: blob)
    }

    /// Appends a datagram behind a count of its bytes, as a blob.
    ///
    /// - Parameters:
    ///   - datagram: copied.
    ///   - length: the width of the count.
    /// - Throws: ``DatagramError/tooLong(what:count:maximum:)``, and nothing is appended.
    @inlinable
    public mutating func append(
        blob datagram: Datagram, length: LengthPrefix = .uint16
    ) throws(DatagramError) {
        try append(count: datagram.count, as: length, of: "a blob")
        append(contentsOf: datagram)
    }

    /// Appends zero bytes (Panda3D's `padBytes`).
    ///
    /// - Parameter count: how many; none when it is negative.
    public mutating func appendPadding(_ count: Int) {
        guard count > 0 else { return }
        unsafe extend(by: count).initializeMemory(as: UInt8.self, repeating: 0, count: count)
    }

    /// Appends the count that goes before a text or a blob.
    @inlinable
    mutating func append(
        count: Int, as length: LengthPrefix, of what: String
    ) throws(DatagramError) {
        guard count <= length.maximum else {
            throw .tooLong(what: what, count: count, maximum: length.maximum)
        }
        reserve(length.byteCount + count)
        switch length {
        case .uint16: append(UInt16(truncatingIfNeeded: count))
        case .uint32: append(UInt32(truncatingIfNeeded: count))
        }
    }

    /// Appends bytes that a closure writes.
    ///
    /// - Parameters:
    ///   - count: how many.
    ///   - write: gets the memory for them and writes all of them.
    @inlinable @unsafe
    package mutating func append(count: Int, by write: (UnsafeMutableRawPointer) -> Void) {
        unsafe write(extend(by: count))
    }

    /// Appends raw memory.
    @inlinable @unsafe
    package mutating func append(_ bytes: UnsafeRawBufferPointer) {
        guard let start = bytes.baseAddress, unsafe !bytes.isEmpty else { return }
        unsafe extend(by: bytes.count).copyMemory(from: start, byteCount: bytes.count)
    }
}
