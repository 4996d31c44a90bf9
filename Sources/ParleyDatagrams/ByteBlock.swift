/// The memory that datagrams are slices of: a reference counted block of bytes, one allocation.
///
/// `@unchecked Sendable` is right because a block is *immutable while shared*: whoever writes to it
/// has first made sure, with `isUnique` on a reference that it holds exclusively, that no other
/// reference exists. That is the reasoning behind the standard library's arrays too. The capacity
/// never changes.
@usableFromInline
package struct ByteBlock: @unchecked Sendable {
    @usableFromInline var storage: ByteStorage

    /// The first bytes of the storage hold the capacity. The header that `ManagedBuffer` offers for
    /// it is read through a run-time exclusivity check, which costs more than an append.
    @inlinable static var prefix: Int { 16 }

    /// A block that nobody else refers to, whose bytes are not initialised.
    ///
    /// - Parameter minimumCapacity: how many bytes it must hold.
    @usableFromInline
    package init(minimumCapacity: Int) {
        let capacity = (max(minimumCapacity, 16) + 15) & ~15
        let buffer = ByteStorage.create(minimumCapacity: capacity + Self.prefix) { _ in }
        storage = unsafe unsafeDowncast(buffer, to: ByteStorage.self)
        unsafe (start - Self.prefix).storeBytes(of: capacity, as: Int.self)
    }

    /// How many bytes the block holds.
    @inlinable @inline(__always)
    package var capacity: Int {
        unsafe (start - Self.prefix).load(as: Int.self)
    }

    /// The first byte.
    ///
    /// Valid while the block is referenced; write only to a block that is not shared.
    @inlinable @inline(__always) @unsafe
    package var start: UnsafeMutableRawPointer {
        unsafe storage.withUnsafeMutablePointerToElements { UnsafeMutableRawPointer($0) }
            + Self.prefix
    }

    /// Whether this reference is the only one.
    @inlinable @inline(__always)
    package mutating func isUnique() -> Bool {
        isKnownUniquelyReferenced(&storage)
    }
}

/// What is behind a block.
@usableFromInline
final class ByteStorage: ManagedBuffer<Void, UInt8> {}

extension Optional<ByteBlock> {
    /// Whether there is a block, and this reference to it is the only one.
    @inlinable @inline(__always)
    package mutating func isUnique() -> Bool {
        self?.isUnique() ?? false
    }
}
