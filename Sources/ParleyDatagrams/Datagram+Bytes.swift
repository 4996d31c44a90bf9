extension Datagram {
    /// Appends bytes without a count.
    ///
    /// - Parameter bytes: The bytes to copy.
    @inlinable
    public mutating func append(bytes: some Collection<UInt8>) {
        let copied: Void? = bytes.withContiguousStorageIfAvailable { contiguous in
            unsafe append(UnsafeRawBufferPointer(contiguous))
        }
        guard copied == nil else { return }
        unsafe Array(bytes).withUnsafeBytes { unsafe append($0) }
    }

    /// Appends the bytes of another datagram without a count.
    ///
    /// - Parameter datagram: The datagram to copy, which may be this one.
    @inlinable
    public mutating func append(contentsOf datagram: Datagram) {
        unsafe datagram.withUnsafeBytes { bytes in unsafe append(bytes) }
    }

    /// Appends borrowed bytes without a count.
    ///
    /// - Parameter span: The bytes to copy.
    @inlinable
    public mutating func append(_ span: borrowing Span<UInt8>) {
        unsafe span.withUnsafeBytes { unsafe append($0) }
    }

    /// Appends a count of bytes, and the bytes.
    ///
    /// When it throws, nothing is appended.
    ///
    /// - Parameters:
    ///   - blob: The bytes to copy.
    ///   - length: The width of the count.
    /// - Throws: ``DatagramError/tooLong(what:count:maximum:)``.
    @inlinable
    public mutating func append(
        blob: some Collection<UInt8>, length: LengthPrefix = .uint16
    ) throws(DatagramError) {
        try append(count: blob.count, as: length, of: "a blob")
        append(bytes: blob)
    }

    /// Appends a count of a datagram's bytes, and the bytes.
    ///
    /// When it throws, nothing is appended.
    ///
    /// - Parameters:
    ///   - datagram: The datagram to copy.
    ///   - length: The width of the count.
    /// - Throws: ``DatagramError/tooLong(what:count:maximum:)``.
    @inlinable
    public mutating func append(
        blob datagram: Datagram, length: LengthPrefix = .uint16
    ) throws(DatagramError) {
        try append(count: datagram.count, as: length, of: "a blob")
        append(contentsOf: datagram)
    }

    /// Appends zero bytes.
    ///
    /// - Parameter count: The number of bytes. A negative number counts as 0.
    public mutating func appendPadding(_ count: Int) {
        guard count > 0 else { return }
        unsafe extend(by: count).initializeMemory(as: UInt8.self, repeating: 0, count: count)
    }

    /// Appends the count in front of a text or a blob.
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
    ///   - count: The number of bytes.
    ///   - write: Receives the memory for the bytes and must write all of them.
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
