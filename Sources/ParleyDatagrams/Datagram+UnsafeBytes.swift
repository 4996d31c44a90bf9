extension Datagram {
    /// The bytes, for the length of a call.
    ///
    /// - Parameter body: gets the bytes; must not let the pointer out.
    /// - Returns: what the closure returns.
    /// - Throws: what the closure throws.
    @inlinable
    public func withUnsafeBytes<R, E>(
        _ body: (UnsafeRawBufferPointer) throws(E) -> R
    ) throws(E) -> R {
        defer { withExtendedLifetime(block) {} }
        return try unsafe body(unsafeBytes)
    }

    /// The bytes, valid as long as this value (or a copy of it) is kept and not changed.
    ///
    /// For `writev` and `sendmmsg`, whose vectors point at many datagrams at a time.
    @inlinable @unsafe
    package var unsafeBytes: UnsafeRawBufferPointer {
        guard let block else { return unsafe UnsafeRawBufferPointer(start: nil, count: 0) }
        return unsafe UnsafeRawBufferPointer(start: block.start + offset, count: byteCount)
    }

    /// The bytes, borrowed for the length of a call.
    ///
    /// - Parameter body: gets the bytes.
    /// - Returns: what the closure returns.
    /// - Throws: what the closure throws.
    @inlinable
    public func withSpan<R, E>(_ body: (Span<UInt8>) throws(E) -> R) throws(E) -> R {
        defer { withExtendedLifetime(block) {} }
        return try unsafe body(Span(_unsafeBytes: unsafeBytes))
    }
}
