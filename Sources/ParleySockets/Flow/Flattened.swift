/// A stream of batches, walked element by element.
///
/// ```swift
/// for await datagram in connection.datagrams { … }
/// ```
///
/// Only where a batch ends does the loop wait; the elements inside one cost an array access each.
public struct Flattened<Element: Sendable>: AsyncSequence, Sendable {
    /// It never fails; it ends.
    public typealias Failure = Never

    private let mailbox: Mailbox<Element>

    init(_ mailbox: Mailbox<Element>) {
        self.mailbox = mailbox
    }

    /// Begins to walk. What an earlier walk has not come to is still there for this one.
    public func makeAsyncIterator() -> Iterator {
        Iterator(mailbox: mailbox)
    }

    /// A walk through the elements.
    public struct Iterator: AsyncIteratorProtocol {
        private var batches: AsyncStream<Batch<Element>>.Iterator
        @usableFromInline let rest: Rest<Element>

        init(mailbox: Mailbox<Element>) {
            batches = mailbox.batches().makeAsyncIterator()
            rest = Rest(of: mailbox)
        }

        /// The next element; `nil` when the source has ended or the task is cancelled.
        ///
        /// Inlined into the user's own loop: inside a batch, that loop calls nothing.
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

        @usableFromInline
        mutating func nextAfterWaiting(isolation actor: isolated (any Actor)?) async -> Element? {
            rest.end()
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
/// `@unchecked Sendable`: an iterator is used by one task at a time, and this by its iterator only.
@usableFromInline
final class Rest<Element: Sendable>: @unchecked Sendable {
    private let mailbox: Mailbox<Element>
    @usableFromInline var elements: [Element] = []
    @usableFromInline var position = 0
    private var cost = 0

    init(of mailbox: Mailbox<Element>) {
        self.mailbox = mailbox
    }

    deinit {
        guard position < elements.count else { return }
        mailbox.putBack(Batch(elements, cost: cost), from: position)
    }

    func begin(_ batch: Batch<Element>) {
        elements = batch.elements
        cost = batch.cost
        position = 0
    }

    /// Gives the batch up before waiting, so that its memory can be used for the next one.
    func end() {
        position = 0
        mailbox.recycle(&elements)
    }

    @inlinable @inline(__always)
    func next() -> Element? {
        guard position < elements.count else { return nil }
        defer { position += 1 }
        return elements[position]
    }
}
