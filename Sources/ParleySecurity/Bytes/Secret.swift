internal import CParleySecurity

/// Secret bytes. They are overwritten when their owner ends.
///
/// `@unchecked Sendable`: one owner at a time has the memory.
@safe package struct Secret: ~Copyable, @unchecked Sendable {
    private let buffer: UnsafeMutableBufferPointer<UInt8>

    /// A copy of some bytes.
    package init(copying bytes: Span<UInt8>) {
        self.init(count: bytes.count) { copy in
            for index in bytes.indices { copy[index] = bytes[index] }
        }
    }

    /// As many bytes from the system's random generator.
    package init(randomCount count: Int) {
        self.init(count: count) { bytes in RandomBytes.fill(&bytes) }
    }

    /// Zeros, which a closure changes.
    package init<Failure>(
        count: Int, _ body: (inout MutableSpan<UInt8>) throws(Failure) -> Void
    ) throws(Failure) {
        let memory = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: count)
        unsafe memory.initialize(repeating: 0)
        do throws(Failure) {
            var bytes = unsafe memory.mutableSpan
            try body(&bytes)
        } catch {
            unsafe Self.release(memory)
            throw error
        }
        unsafe buffer = memory
    }

    deinit {
        unsafe Self.release(buffer)
    }

    private static func release(_ memory: UnsafeMutableBufferPointer<UInt8>) {
        unsafe parley_wipe(memory.baseAddress, memory.count)
        unsafe memory.deallocate()
    }

    /// How many bytes there are.
    package var count: Int { unsafe buffer.count }

    /// Lends the bytes to a closure.
    package borrowing func withBytes<Result: ~Copyable, Failure>(
        _ body: (Span<UInt8>) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try body(unsafe UnsafeBufferPointer(buffer).span)
    }

    /// Lends the bytes to a closure that changes them.
    mutating func withMutableBytes(_ body: (inout MutableSpan<UInt8>) -> Void) {
        var bytes = unsafe buffer.mutableSpan
        body(&bytes)
    }

    /// Whether both have the same bytes. Takes the same time wherever they differ.
    package borrowing func isEqual(to other: borrowing Secret) -> Bool {
        withBytes { own in other.withBytes { ConstantTime.isEqual(own, $0) } }
    }
}
