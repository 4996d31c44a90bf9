/// A message as bytes, to be sent or as it was received.
///
/// A datagram is a value that is copied on write. Many received datagrams are slices of one block of
/// memory, so reading them copies nothing. A datagram that is kept keeps the whole block: call
/// ``compacted()`` on small datagrams that are kept for long.
///
/// ```swift
/// let greeting = try Datagram {
///     $0.append(UInt16(7))
///     try $0.append("hello")
/// }
/// var fields = greeting.reader
/// let kind = try fields.read(UInt16.self)
/// let text = try fields.readString()
/// ```
public struct Datagram: Sendable {
    @usableFromInline var block: ByteBlock?
    @usableFromInline var offset: Int
    @usableFromInline var byteCount: Int

    /// Creates an empty datagram, without an allocation.
    @inlinable
    public init() {
        block = nil
        offset = 0
        byteCount = 0
    }

    /// Creates an empty datagram with reserved capacity.
    ///
    /// - Parameter minimumCapacity: The number of bytes that appends can add without another
    ///   allocation.
    @inlinable
    public init(minimumCapacity: Int) {
        self.init()
        if minimumCapacity > 0 { block = ByteBlock(minimumCapacity: minimumCapacity) }
    }

    /// Creates a datagram of bytes.
    ///
    /// - Parameter bytes: The bytes to copy.
    @inlinable
    public init(bytes: some Collection<UInt8>) {
        self.init()
        append(bytes: bytes)
    }

    /// Creates a datagram of borrowed bytes.
    ///
    /// - Parameter bytes: The bytes to copy.
    @inlinable
    public init(copying bytes: borrowing Span<UInt8>) {
        self.init(minimumCapacity: bytes.count)
        append(bytes)
    }

    /// Creates a datagram with a closure that appends its fields.
    ///
    /// - Parameter build: Receives the empty datagram and appends the fields.
    /// - Throws: The error of the closure. The closure declares the error's type where that must be
    ///   ``DatagramError``: `{ (datagram) throws(DatagramError) in … }`.
    @inlinable
    public init<Failure>(
        _ build: (inout Datagram) throws(Failure) -> Void
    ) throws(Failure) {
        self.init()
        try build(&self)
    }

    /// Creates a datagram that is a slice of a block, without a copy.
    ///
    /// The bytes must be initialized.
    @inlinable
    package init(block: ByteBlock, offset: Int, count: Int) {
        precondition(offset >= 0 && count >= 0 && offset <= block.capacity - count)
        self.block = count == 0 ? nil : block
        self.offset = count == 0 ? 0 : offset
        byteCount = count
    }
}

extension Datagram {
    /// The number of bytes.
    @inlinable
    public var count: Int { byteCount }

    /// Whether the datagram has no bytes.
    @inlinable
    public var isEmpty: Bool { byteCount == 0 }

    /// A copy of the bytes.
    public var bytes: [UInt8] {
        unsafe [UInt8](unsafeBytes)
    }

    /// The number of bytes that the datagram can hold without another allocation, as long as it does
    /// not share its memory.
    @inlinable
    public var capacity: Int {
        block.map { $0.capacity - offset } ?? 0
    }

    /// A reader at the first byte, which keeps the bytes alive.
    @inlinable
    public var reader: DatagramReader { DatagramReader(self) }

    /// Returns a datagram with the same bytes in a block that is not much larger.
    ///
    /// A small datagram that is kept for long should not keep the large block that it was received
    /// into.
    ///
    /// - Returns: An equal datagram.
    public func compacted() -> Datagram {
        guard let block, block.capacity > byteCount + 64 else { return self }
        var copy = Datagram(minimumCapacity: byteCount)
        copy.append(contentsOf: self)
        return copy
    }

    /// Removes all bytes.
    ///
    /// - Parameter keepingCapacity: Whether the datagram keeps its memory for the next fields.
    ///   Memory that is shared is never kept.
    @inlinable
    public mutating func removeAll(keepingCapacity: Bool = false) {
        offset = 0
        byteCount = 0
        if !keepingCapacity || !block.isUnique() { block = nil }
    }

    /// Whether no other datagram shares this one's memory.
    package mutating func isUnshared() -> Bool { block.isUnique() }

    /// Reserves capacity, so that the next appends allocate nothing.
    ///
    /// - Parameter additional: The number of bytes to be appended. A negative number counts as 0.
    @inlinable @inline(__always)
    public mutating func reserve(_ additional: Int) {
        if !block.isUnique() || capacity - byteCount < additional {
            grow(by: additional)
        }
    }
}

extension Datagram {
    /// Makes the datagram longer and returns the address of the new, uninitialized bytes.
    ///
    /// This is the one check of every append: the memory is not shared, and there is capacity
    /// behind the last byte. The pointer is valid until the next use of the datagram.
    @inlinable @inline(__always) @unsafe
    mutating func extend(by count: Int) -> UnsafeMutableRawPointer {
        reserve(count)
        let end = offset &+ byteCount
        byteCount &+= count
        // There is a block: `reserve` makes one when there was none.
        return unsafe block.unsafelyUnwrapped.start + end
    }

    /// Moves the bytes to a block that is not shared and has capacity for more.
    @usableFromInline @inline(never)
    mutating func grow(by additional: Int) {
        let capacity = Self.grownCapacity(byteCount: byteCount, additional: additional)
        let fresh = ByteBlock(minimumCapacity: capacity)
        if let block, byteCount > 0 {
            unsafe fresh.start.copyMemory(from: block.start + offset, byteCount: byteCount)
        }
        block = fresh
        offset = 0
    }
    /// The size of the block that replaces one that is shared or too small: twice the bytes, so
    /// that many appends copy each byte once on average, but never less than the bytes need.
    package static func grownCapacity(byteCount: Int, additional: Int) -> Int {
        let needed = byteCount + max(additional, 0)
        return max(needed, min(byteCount * 2, 1 << 30), 64)
    }
}
