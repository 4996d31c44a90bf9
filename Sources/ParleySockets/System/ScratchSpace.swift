internal import CParleySystem

/// Memory that the sockets of one loop read into, one after another.
///
/// A socket copies what it got into memory of the right size at once, so an idle connection holds
/// none. Touched by the loop's thread only, hence `@unchecked Sendable`.
@safe final class ScratchSpace: @unchecked Sendable {
    /// What one read from a stream takes at most, in bytes.
    static let streamCapacity = 256 * 1024

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

    /// Memory for one system call's datagrams. What none of them reaches is never touched.
    func forDatagrams() -> UnsafeMutableRawBufferPointer {
        if let space = unsafe datagramSpace { return unsafe space }
        let space = UnsafeMutableRawBufferPointer.allocate(
            byteCount: parley_packets_space(), alignment: 64)
        unsafe datagramSpace = space
        return unsafe space
    }
}
