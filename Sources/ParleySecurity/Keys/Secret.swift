internal import CParleySecurity

/// Bytes that nobody else may read. They are overwritten when their owner ends.
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
        unsafe buffer = .allocate(capacity: count)
        unsafe buffer.initialize(repeating: 0)
        var bytes = unsafe buffer.mutableSpan
        try body(&bytes)
    }

    deinit {
        unsafe parley_wipe(buffer.baseAddress, buffer.count)
        unsafe buffer.deallocate()
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
