extension Datagram {
    /// Calls a closure with a span of the last bytes, which it may change.
    ///
    /// Bytes that are shared with another datagram are copied first.
    ///
    /// - Parameters:
    ///   - offset: The first byte, 0 … ``count``.
    ///   - body: Changes the bytes.
    /// - Returns: The result of the closure.
    /// - Throws: The error of the closure.
    @inlinable
    package mutating func withMutableSpan<R, E>(
        from offset: Int, _ body: (inout MutableSpan<UInt8>) throws(E) -> R
    ) throws(E) -> R {
        precondition(offset >= 0 && offset <= byteCount, "an offset outside of the datagram")
        // Makes the memory this datagram's alone.
        reserve(0)
        let start = unsafe block.unsafelyUnwrapped.start + self.offset + offset
        let bytes = unsafe UnsafeMutableRawBufferPointer(start: start, count: byteCount - offset)
        defer { withExtendedLifetime(block) {} }
        return try unsafe bytes.withMemoryRebound(to: UInt8.self) { (bytes) throws(E) -> R in
            var span = unsafe bytes.mutableSpan
            return try body(&span)
        }
    }
}
