/// Where the words of quantised fields go.
///
/// It writes into memory of the caller, which outlives it; that is why only this module makes one.
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
    /// A `fields(_:)` that shows more fields than it did when its type was registered breaks its
    /// contract, which ends the program here, before it writes where it may not.
    @inlinable @inline(__always)
    public mutating func append(_ word: UInt32) {
        precondition(count < capacity, "fields(_:) always shows the same fields")
        unsafe start[count] = word
        count &+= 1
    }
}

/// Where the words of quantised fields come from.
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
        precondition(count < capacity, "fields(_:) always shows the same fields")
        defer { count &+= 1 }
        return unsafe start[count]
    }
}
