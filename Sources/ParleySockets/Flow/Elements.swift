/// The elements of a stream of batches, one after another.
///
/// ```swift
/// for await datagram in connection.datagrams { … }
/// ```
///
/// The loop waits only between batches. Each element of a batch costs an array access.
public struct Elements<Element: Sendable>: AsyncSequence, Sendable {
    /// Never fails.
    public typealias Failure = Never

    /// Makes an iterator. Created where the element type is known, so that the code of each wake-up
    /// is specialised for it: generic code would look up metadata at each step.
    private let begin: @Sendable () -> Iterator

    init(_ mailbox: Mailbox<Element>) {
        begin = { Iterator(mailbox) }
    }

    /// Makes an iterator. It begins with the elements that an earlier iterator did not reach.
    public func makeAsyncIterator() -> Iterator {
        begin()
    }

    /// An iterator over the elements.
    public struct Iterator: AsyncIteratorProtocol {
        @usableFromInline var batches: AsyncStream<Batch<Element>>.Iterator
        @usableFromInline let rest: UnreadBatch<Element>

        init(_ mailbox: Mailbox<Element>) {
            rest = UnreadBatch(of: mailbox)
            batches = mailbox.batches(for: rest).makeAsyncIterator()
        }

        /// The next element; `nil` when the source has ended or the task is cancelled.
        ///
        /// Inlined into the caller's loop, which calls nothing inside a batch, and in a task without an
        /// actor does not ask the runtime where it runs.
        @inlinable @inline(__always)
        public mutating func next(
            isolation actor: isolated (any Actor)? = #isolation
        ) async -> Element? {
            if let element = rest.next() { return element }
            return await nextAfterWaiting(isolation: actor)
        }

        @inlinable
        mutating func nextAfterWaiting(isolation actor: isolated (any Actor)?) async -> Element? {
            while let batch = await batches.next(isolation: actor) {
                rest.begin(batch)
                if let element = rest.next() { return element }
            }
            return nil
        }
    }
}

/// The unread rest of a batch. An iterator that stops early returns it to the mailbox.
///
/// `@unchecked Sendable`: one task at a time uses an iterator, and only the iterator and its stream
/// use the rest. Checking `elements` for overlapping accesses would therefore find nothing, and would
/// cost a third of an iteration.
@usableFromInline
final class UnreadBatch<Element: Sendable>: @unchecked Sendable {
    private let mailbox: Mailbox<Element>
    /// In reverse: removing the last element of an array moves it out, whereas reading an element
    /// retains and releases its memory.
    @usableFromInline @safe @exclusivity(unchecked) var elements: [Element] = []
    /// The amount that one element counts towards the mailbox's bound.
    @usableFromInline var costOfEach = 0

    init(of mailbox: Mailbox<Element>) {
        self.mailbox = mailbox
    }

    deinit {
        guard !elements.isEmpty else { return }
        mailbox.putBack(elements.reversed(), cost: costOfEach * elements.count)
    }

    @inlinable
    func begin(_ batch: consuming Batch<Element>) {
        costOfEach = batch.cost / max(1, batch.count)
        elements = batch.elements
        _ = consume batch
        // In place, which moves elements: the array's own method copies them.
        unsafe elements.withUnsafeMutableBufferPointer { unsafe $0.reverse() }
    }

    /// Returns the empty memory before the wait, for the next batch.
    func end() {
        mailbox.recycle(&elements)
    }

    @inlinable @inline(__always)
    func next() -> Element? {
        elements.popLast()
    }
}
