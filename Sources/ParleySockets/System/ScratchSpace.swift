internal import CParleySystem

/// The memory into which the sockets of one loop read, one after another.
///
/// A socket copies at once what it has read into memory of the right size, so that an idle connection
/// holds none. `@unchecked Sendable`: only the loop's thread touches it.
@safe final class ScratchSpace: @unchecked Sendable {
    /// The most bytes of one read from a stream.
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

    /// Memory for the datagrams of one system call. The system provides only the pages that are used.
    func forDatagrams() -> UnsafeMutableRawBufferPointer {
        if let space = unsafe datagramSpace { return unsafe space }
        let space = UnsafeMutableRawBufferPointer.allocate(
            byteCount: parley_packets_space(), alignment: 64)
        unsafe datagramSpace = space
        return unsafe space
    }
}
