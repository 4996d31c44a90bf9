/// The destination of the words of quantised fields.
///
/// It writes into the caller's memory, which outlives it; only this package makes one for that reason.
@safe
public struct WordWriter {
    @usableFromInline let start: UnsafeMutablePointer<UInt32>
    @usableFromInline let capacity: Int
    @usableFromInline package var count = 0

    @inlinable @unsafe
    package init(_ buffer: UnsafeMutableBufferPointer<UInt32>) {
        unsafe start = buffer.baseAddress ?? UnsafeMutablePointer(bitPattern: 4).unsafelyUnwrapped
        capacity = buffer.count
    }

    /// Appends a word.
    ///
    /// A `fields(_:)` that visits more fields than it did when its type was registered breaks its
    /// contract, and ends the program here before it writes outside its memory.
    @inlinable @inline(__always)
    public mutating func append(_ word: UInt32) {
        precondition(count < capacity, "fields(_:) always visits the same fields")
        unsafe start[count] = word
        count &+= 1
    }
}

/// The source of the words of quantised fields.
@safe
public struct WordReader {
    @usableFromInline let start: UnsafePointer<UInt32>
    @usableFromInline let capacity: Int
    @usableFromInline package var count = 0

    @inlinable @unsafe
    package init(_ buffer: UnsafeBufferPointer<UInt32>) {
        unsafe start = buffer.baseAddress ?? UnsafePointer(bitPattern: 4).unsafelyUnwrapped
        capacity = buffer.count
    }

    /// The next word.
    @inlinable @inline(__always)
    public mutating func next() -> UInt32 {
        precondition(count < capacity, "fields(_:) always visits the same fields")
        defer { count &+= 1 }
        return unsafe start[count]
    }
}
