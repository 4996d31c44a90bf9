/// Elements that arrived together, in order: datagrams, connections or packets.
///
/// A stream of batches costs a fraction of a stream of elements, because an `AsyncStream` costs the
/// same for a batch as for one element.
public struct Batch<Element: Sendable>: Sendable, RandomAccessCollection {
    /// All of them.
    @usableFromInline package let elements: [Element]
    /// The amount that the elements count towards their mailbox's bound.
    @usableFromInline let cost: Int

    init(_ elements: [Element], cost: Int) {
        self.elements = elements
        self.cost = cost
    }

    /// Always 0.
    @inlinable
    public var startIndex: Int { 0 }
    /// The number of elements.
    @inlinable
    public var endIndex: Int { elements.count }

    /// The element at `position`, which must be in range.
    @inlinable
    public subscript(position: Int) -> Element { elements[position] }
}
