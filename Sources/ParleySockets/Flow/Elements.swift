/// A stream of batches, walked element by element.
///
/// ```swift
/// for await datagram in connection.datagrams { … }
/// ```
///
/// Only where a batch ends does the loop wait; the elements inside one cost an array access each.
public struct Elements<Element: Sendable>: AsyncSequence, Sendable {
    /// It never fails; it ends.
    public typealias Failure = Never

    /// Begins a walk. Made where the type of the elements is known, so that what runs at each
    /// wake-up is compiled for it: generic code would look up types all the way.
    private let begin: @Sendable () -> Iterator

    init(_ mailbox: Mailbox<Element>) {
        begin = { Iterator(mailbox) }
    }

    /// Begins to walk. What an earlier walk has not come to is still there for this one.
    public func makeAsyncIterator() -> Iterator {
        begin()
    }

    /// A walk through the elements.
    public struct Iterator: AsyncIteratorProtocol {
        @usableFromInline var batches: AsyncStream<Batch<Element>>.Iterator
        @usableFromInline let rest: UnreadBatch<Element>

        init(_ mailbox: Mailbox<Element>) {
            rest = UnreadBatch(of: mailbox)
            batches = mailbox.batches(for: rest).makeAsyncIterator()
        }

        /// The next element; `nil` when the source has ended or the task is cancelled.
        ///
        /// Inlined into the user's own loop: inside a batch, that loop calls nothing, and in a task
        /// that belongs to no actor it does not even ask the runtime where it runs.
        @inlinable @inline(__always)
        public mutating func next(
            isolation actor: isolated (any Actor)? = #isolation
        ) async -> Element? {
            if let element = rest.next() { return element }
            return await nextAfterWaiting(isolation: actor)
        }

        /// The next element; `nil` when the source has ended or the task is cancelled.
        public mutating func next() async -> Element? {
            await next(isolation: nil)
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

/// The part of a batch that a walk has not come to. Who stops walking in the middle gives it back.
///
/// `@unchecked Sendable`: an iterator is used by one task at a time, and this by its iterator and
/// the stream that the iterator waits for. For the same reason nothing is gained by looking for
/// overlapping uses of `elements` at run time, which would be a third of a walk's price.
@usableFromInline
final class UnreadBatch<Element: Sendable>: @unchecked Sendable {
    private let mailbox: Mailbox<Element>
    /// Last one first: taking from an array's end moves the element out, where reading it would
    /// count one more reference to its memory, and one less when the batch is given up.
    @usableFromInline @safe @exclusivity(unchecked) var elements: [Element] = []
    /// What one of them counts towards the bound of the mailbox.
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
        // In place, where they are moved: the array itself would swap copies.
        unsafe elements.withUnsafeMutableBufferPointer { unsafe $0.reverse() }
    }

    /// Gives the memory up before waiting, so that it can be used for the next batch.
    func end() {
        mailbox.recycle(&elements)
    }

    @inlinable @inline(__always)
    func next() -> Element? {
        elements.popLast()
    }
}
