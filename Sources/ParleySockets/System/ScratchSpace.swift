/// Memory that the sockets of one loop read into, one after another.
///
/// A socket copies what it got into memory of the right size at once, so an idle connection holds
/// none. Touched by the loop's thread only, hence `@unchecked Sendable`.
@safe final class ScratchSpace: @unchecked Sendable {
    /// What one read from a stream takes at most, in bytes.
    static let streamCapacity = 256 * 1024
    /// Room for one datagram: the largest that UDP carries, and a little so that the datagrams of a
    /// batch do not all begin at the same place of the processor's cache.
    static let datagramStride = 65_536 + 192

    private var streamSpace: UnsafeMutableRawBufferPointer?
    private var datagramSpace: UnsafeMutableRawBufferPointer?

    deinit {
        unsafe streamSpace?.deallocate()
        unsafe datagramSpace?.deallocate()
    }

    /// Memory for one read from a stream.
    func forStream() -> UnsafeMutableRawBufferPointer {
        if let space = unsafe streamSpace { return unsafe space }
        let space = UnsafeMutableRawBufferPointer.allocate(
            byteCount: Self.streamCapacity, alignment: 64)
        unsafe streamSpace = space
        return unsafe space
    }

    /// Memory for `count` datagrams, `datagramStride` apart.
    func forDatagrams(count: Int) -> UnsafeMutableRawBufferPointer {
        if let space = unsafe datagramSpace { return unsafe space }
        let space = UnsafeMutableRawBufferPointer.allocate(
            byteCount: count * Self.datagramStride, alignment: 64)
        unsafe datagramSpace = space
        return unsafe space
    }
}
