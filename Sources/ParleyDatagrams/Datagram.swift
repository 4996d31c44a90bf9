/// A message as bytes: what is sent, and what arrives.
///
/// A value type, copied on write. A received datagram is a slice of the block of memory that many
/// were received into, so taking it apart copies nothing (and keeping it keeps the whole block:
/// ``compacted()`` when a small one is kept for long). Corresponds to Panda3D's `Datagram`.
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

    /// An empty datagram.
    ///
    /// Allocates nothing.
    @inlinable
    public init() {
        block = nil
        offset = 0
        byteCount = 0
    }

    /// An empty datagram with room for some bytes.
    ///
    /// - Parameter minimumCapacity: how many bytes can be appended without another allocation.
    @inlinable
    public init(minimumCapacity: Int) {
        self.init()
        if minimumCapacity > 0 { block = ByteBlock(minimumCapacity: minimumCapacity) }
    }

    /// A datagram of these bytes.
    ///
    /// - Parameter bytes: copied.
    @inlinable
    public init(bytes: some Collection<UInt8>) {
        self.init()
        append(bytes: bytes)
    }

    /// A datagram of borrowed bytes.
    ///
    /// - Parameter bytes: The bytes to copy.
    @inlinable
    public init(copying bytes: borrowing Span<UInt8>) {
        self.init(minimumCapacity: bytes.count)
        append(bytes)
    }

    /// A datagram built by a closure.
    ///
    /// - Parameter build: appends the fields to the empty datagram it gets.
    /// - Throws: what the closure throws. Where the error must be a ``DatagramError``, the closure
    ///   says so: `{ (datagram) throws(DatagramError) in … }`.
    @inlinable
    public init<Failure>(
        _ build: (inout Datagram) throws(Failure) -> Void
    ) throws(Failure) {
        self.init()
        try build(&self)
    }

    /// A slice of a block, without a copy.
    ///
    /// The bytes must be initialised.
    @inlinable
    package init(block: ByteBlock, offset: Int, count: Int) {
        precondition(offset >= 0 && count >= 0 && offset <= block.capacity - count)
        self.block = count == 0 ? nil : block
        self.offset = count == 0 ? 0 : offset
        byteCount = count
    }
}

extension Datagram {
    /// How many bytes the datagram has.
    @inlinable
    public var count: Int { byteCount }

    /// Whether it has no bytes.
    @inlinable
    public var isEmpty: Bool { byteCount == 0 }

    /// A copy of the bytes.
    public var bytes: [UInt8] {
        unsafe [UInt8](unsafeBytes)
    }

    /// How many bytes it can hold before it must allocate, were it not shared.
    @inlinable
    public var capacity: Int {
        block.map { $0.capacity - offset } ?? 0
    }

    /// A reader at the first byte.
    ///
    /// It keeps the bytes alive.
    @inlinable
    public var reader: DatagramReader { DatagramReader(self) }

    /// The same bytes in memory of their own, no larger than needed: lets go of the block that a
    /// received datagram shares with its neighbours.
    ///
    /// - Returns: an equal datagram.
    public func compacted() -> Datagram {
        guard let block, block.capacity > byteCount + 64 else { return self }
        var copy = Datagram(minimumCapacity: byteCount)
        copy.append(contentsOf: self)
        return copy
    }

    /// Empties the datagram (Panda3D's `clear`).
    ///
    /// - Parameter keepingCapacity: whether to keep its memory for the next fields. A shared
    ///   datagram gives its memory up either way.
    @inlinable
    public mutating func removeAll(keepingCapacity: Bool = false) {
        offset = 0
        byteCount = 0
        if !keepingCapacity || !block.isUnique() { block = nil }
    }

    /// Makes room, so that the next appends allocate nothing.
    ///
    /// - Parameter additional: how many bytes are going to be appended.
    @inlinable @inline(__always)
    public mutating func reserve(_ additional: Int) {
        if !block.isUnique() || capacity - byteCount < additional {
            grow(by: additional)
        }
    }
}

extension Datagram {
    /// Makes the datagram longer and returns where the new, uninitialised bytes begin.
    ///
    /// The one check of every append: is the memory ours alone, and is there room behind the
    /// last byte? The pointer is valid until the next use of the datagram.
    @inlinable @inline(__always) @unsafe
    mutating func extend(by count: Int) -> UnsafeMutableRawPointer {
        reserve(count)
        let end = offset &+ byteCount
        byteCount &+= count
        // There is a block: `reserve` makes one when there was none.
        return unsafe block.unsafelyUnwrapped.start + end
    }

    /// Moves the bytes to a block of their own with room for more.
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
