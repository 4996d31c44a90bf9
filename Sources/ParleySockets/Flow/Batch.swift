/// What arrived together: some datagrams, connections or packets, in order.
///
/// A stream of batches costs a fraction of a stream of elements, because the price of an
/// `AsyncStream` is paid once per batch.
public struct Batch<Element: Sendable>: Sendable, RandomAccessCollection {
    @usableFromInline let elements: [Element]
    /// What they count towards the bound of their mailbox.
    @usableFromInline let cost: Int

    init(_ elements: [Element], cost: Int) {
        self.elements = elements
        self.cost = cost
    }

    /// Always 0.
    @inlinable
    public var startIndex: Int { 0 }
    /// How many elements there are.
    @inlinable
    public var endIndex: Int { elements.count }

    /// The element at `position`, which must be in range.
    @inlinable
    public subscript(position: Int) -> Element { elements[position] }
}
