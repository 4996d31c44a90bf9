/// Turns a value's fields into words.
@usableFromInline
struct Quantiser: FieldVisitor {
    @usableFromInline var words: WordWriter

    @inlinable
    init(_ words: WordWriter) {
        self.words = words
    }

    @inlinable @inline(__always)
    mutating func callAsFunction<Kind: FieldKind>(
        _ name: StaticString, _ value: inout Kind.Value, _ kind: Kind
    ) {
        kind.quantise(value, into: &words)
    }
}

/// Turns words into a value's fields.
@usableFromInline
struct Dequantiser: FieldVisitor {
    @usableFromInline var words: WordReader

    @inlinable
    init(_ words: WordReader) {
        self.words = words
    }

    @inlinable @inline(__always)
    mutating func callAsFunction<Kind: FieldKind>(
        _ name: StaticString, _ value: inout Kind.Value, _ kind: Kind
    ) {
        value = kind.dequantise(&words)
    }
}

extension Replicated {
    /// Writes the words of this value.
    ///
    /// - Parameters:
    ///   - words: those from the offset on that the type has change.
    ///   - offset: where they begin.
    @inlinable @inline(__always)
    public func quantise(into words: inout MutableSpan<UInt32>, at offset: Int = 0) {
        unsafe words.withUnsafeMutableBufferPointer { buffer in
            var copy = self
            let row = unsafe UnsafeMutableBufferPointer(rebasing: buffer[offset...])
            var quantiser = unsafe Quantiser(WordWriter(row))
            copy.fields(&quantiser)
        }
    }

    /// The words of this value, which both ends hold and compare.
    ///
    /// - Returns: as many as the type has.
    @inlinable
    public func quantised() -> [UInt32] {
        var copy = self
        let count = EntityLayout.wordCount(of: &copy)
        var words = [UInt32](repeating: 0, count: count)
        var span = words.mutableSpan
        quantise(into: &span)
        return words
    }

    /// The value that these words stand for, whatever they are.
    ///
    /// - Parameter words: as many as the type has; more are ignored.
    @inlinable @inline(__always)
    public init(dequantising words: Span<UInt32>) {
        self.init()
        self = unsafe words.withUnsafeBufferPointer { buffer in
            var value = Self()
            var dequantiser = unsafe Dequantiser(WordReader(buffer))
            value.fields(&dequantiser)
            return value
        }
    }
}
