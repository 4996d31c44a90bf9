/// The memory that datagrams are slices of: a reference counted block of bytes, allocated in one
/// piece with its header.
///
/// `@unchecked Sendable` is right because a block is *immutable while shared*: whoever writes to it
/// has first made sure, with `isUnique` on a reference that it holds exclusively, that no other
/// reference exists. That is the reasoning behind the standard library's arrays too. The capacity
/// never changes.
@usableFromInline
package struct ByteBlock: @unchecked Sendable {
    /// The header is the capacity: asking the allocator for it costs a call.
    @usableFromInline var buffer: ManagedBuffer<Int, UInt8>

    /// A block that nobody else refers to, whose bytes are not initialised.
    ///
    /// - Parameter minimumCapacity: how many bytes it must hold.
    @usableFromInline
    package init(minimumCapacity: Int) {
        let capacity = (max(minimumCapacity, 16) + 15) & ~15
        buffer = ManagedBuffer<Int, UInt8>.create(minimumCapacity: capacity) { _ in capacity }
    }

    /// How many bytes the block holds.
    @inlinable
    package var capacity: Int { buffer.header }

    /// The first byte.
    ///
    /// Valid while the block is referenced; write only to a block that is not shared.
    @inlinable @inline(__always) @unsafe
    package var start: UnsafeMutableRawPointer {
        unsafe buffer.withUnsafeMutablePointerToElements { UnsafeMutableRawPointer($0) }
    }

    /// Whether this reference is the only one.
    @inlinable @inline(__always)
    package mutating func isUnique() -> Bool {
        isKnownUniquelyReferenced(&buffer)
    }
}

extension Optional<ByteBlock> {
    /// Whether there is a block, and this reference to it is the only one.
    @inlinable @inline(__always)
    package mutating func isUnique() -> Bool {
        self?.isUnique() ?? false
    }
}
