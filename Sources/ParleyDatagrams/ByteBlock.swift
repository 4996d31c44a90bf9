/// A reference-counted block of bytes, in one allocation. Datagrams are slices of blocks.
///
/// `@unchecked Sendable` is right because a block is *immutable while shared*. A writer first asks
/// `isUnique` of a reference that it holds exclusively, so no other reference exists when it
/// writes. The standard library's arrays are safe for the same reason. The capacity never changes.
@usableFromInline
package struct ByteBlock: @unchecked Sendable {
    @usableFromInline var storage: ByteStorage

    /// The size of the prefix that holds the capacity. `ManagedBuffer` has a header for that, but
    /// reading it takes a run-time exclusivity check, which costs more than an append.
    @inlinable static var prefix: Int { 16 }

    /// Allocates a block with one reference and uninitialized bytes.
    ///
    /// - Parameter minimumCapacity: The number of bytes that it must hold.
    @usableFromInline
    package init(minimumCapacity: Int) {
        let capacity = (max(minimumCapacity, 16) + 15) & ~15
        let buffer = ByteStorage.create(minimumCapacity: capacity + Self.prefix) { _ in }
        storage = unsafe unsafeDowncast(buffer, to: ByteStorage.self)
        unsafe (start - Self.prefix).storeBytes(of: capacity, as: Int.self)
    }

    /// The number of bytes that the block holds.
    @inlinable @inline(__always)
    package var capacity: Int {
        unsafe (start - Self.prefix).load(as: Int.self)
    }

    /// The address of the first byte.
    ///
    /// It is valid while the block is referenced. Only a block that is not shared may be written.
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

/// The storage of a block.
@usableFromInline
final class ByteStorage: ManagedBuffer<Void, UInt8> {}

extension Optional<ByteBlock> {
    /// Whether there is a block, and this reference to it is the only one.
    @inlinable @inline(__always)
    package mutating func isUnique() -> Bool {
        self?.isUnique() ?? false
    }
}
