extension Datagram {
    /// Returns the bytes in a range, without copying them.
    ///
    /// A range that reaches beyond the datagram is clamped to it, so a slice of a datagram that is
    /// shorter than expected is short or empty. The slice shares the memory of the datagram.
    ///
    /// - Parameter range: The byte offsets.
    /// - Returns: The bytes at those offsets that the datagram has.
    @inlinable
    public func slice(_ range: Range<Int>) -> Datagram {
        let wanted = range.clamped(to: 0..<byteCount)
        guard let block else { return self }
        return Datagram(block: block, offset: offset + wanted.lowerBound, count: wanted.count)
    }

    /// Returns the bytes in a closed range, clamped to the datagram, without copying them.
    ///
    /// - Parameter range: The byte offsets.
    /// - Returns: The bytes at those offsets that the datagram has.
    @inlinable
    public func slice(_ range: ClosedRange<Int>) -> Datagram {
        slice(range.lowerBound..<Self.offset(after: range.upperBound))
    }

    /// Returns the bytes from an offset to the end, without copying them.
    ///
    /// - Parameter range: The first byte offset: `4...`. Beyond the end, the slice is empty.
    /// - Returns: The bytes from that offset.
    @inlinable
    public func slice(_ range: PartialRangeFrom<Int>) -> Datagram {
        slice(range.lowerBound..<max(range.lowerBound, byteCount))
    }

    /// Returns the bytes before an offset, without copying them.
    ///
    /// - Parameter range: The byte offset behind the last byte: `..<4`. Beyond the end, the slice
    ///   is the whole datagram; below 0 it is empty.
    /// - Returns: The bytes before that offset.
    @inlinable
    public func slice(_ range: PartialRangeUpTo<Int>) -> Datagram {
        slice(min(range.upperBound, 0)..<range.upperBound)
    }

    /// Returns the bytes up to and including an offset, without copying them.
    ///
    /// - Parameter range: The offset of the last byte: `...3`. Beyond the end, the slice is the
    ///   whole datagram; below 0 it is empty.
    /// - Returns: The bytes up to that offset.
    @inlinable
    public func slice(_ range: PartialRangeThrough<Int>) -> Datagram {
        slice(min(range.upperBound, 0)...range.upperBound)
    }

    /// The offset behind one, which the largest number does not have.
    @inlinable
    static func offset(after last: Int) -> Int {
        last == .max ? .max : last + 1
    }
}
