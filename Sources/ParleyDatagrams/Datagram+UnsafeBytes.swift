extension Datagram {
    /// Calls a closure with a pointer to the bytes.
    ///
    /// - Parameter body: Receives the bytes. The pointer must not leave the closure.
    /// - Returns: The result of the closure.
    /// - Throws: The error of the closure.
    @inlinable
    public func withUnsafeBytes<R, E>(
        _ body: (UnsafeRawBufferPointer) throws(E) -> R
    ) throws(E) -> R {
        defer { withExtendedLifetime(block) {} }
        return try unsafe body(unsafeBytes)
    }

    /// A pointer to the bytes, which is valid while this value or a copy of it exists unchanged.
    ///
    /// `writev` and `sendmmsg` need it: their vectors point at many datagrams at a time.
    @inlinable @unsafe
    package var unsafeBytes: UnsafeRawBufferPointer {
        guard let block else { return unsafe UnsafeRawBufferPointer(start: nil, count: 0) }
        return unsafe UnsafeRawBufferPointer(start: block.start + offset, count: byteCount)
    }

    /// Calls a closure with a span of the bytes.
    ///
    /// - Parameter body: Receives the bytes.
    /// - Returns: The result of the closure.
    /// - Throws: The error of the closure.
    @inlinable
    public func withSpan<R, E>(_ body: (Span<UInt8>) throws(E) -> R) throws(E) -> R {
        defer { withExtendedLifetime(block) {} }
        return try unsafe body(Span(_unsafeBytes: unsafeBytes))
    }
}
