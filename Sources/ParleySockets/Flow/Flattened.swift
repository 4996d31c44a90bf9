internal import ParleyDatagrams

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
        @usableFromInline let rest: Rest<Element>

        init(mailbox: Mailbox<Element>) {
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
            return await rest.nextAfterWaiting(isolation: actor)
        }

        /// The next element; `nil` when the source has ended or the task is cancelled.
        public mutating func next() async -> Element? {
            await next(isolation: nil)
        }
    }
}

/// The part of a batch that a walk has not come to. Who stops walking in the middle gives it back.
///
/// `@unchecked Sendable`: an iterator is used by one task at a time, and this by its iterator only.
@usableFromInline
final class Rest<Element: Sendable>: @unchecked Sendable {
    private let mailbox: Mailbox<Element>
    private let consumer: UInt64
    @usableFromInline var elements: [Element] = []
    @usableFromInline var position = 0
    private var cost = 0

    init(of mailbox: Mailbox<Element>) {
        self.mailbox = mailbox
        consumer = mailbox.newConsumer()
    }

    deinit {
        guard position < elements.count else { return }
        mailbox.putBack(Batch(elements, cost: cost), from: position)
    }

    /// The first element of the next batch. The one before is given up first, so that its memory
    /// can be used for the next one.
    ///
    /// Straight from the mailbox, without an `AsyncStream` in between: it costs as much as a
    /// system call where each batch is a single datagram.
    @usableFromInline @specialized(where Element == Datagram)
    @specialized(where Element == ReceivedDatagram)
    func nextAfterWaiting(isolation actor: isolated (any Actor)?) async -> Element? {
        position = 0
        mailbox.recycle(&elements)
        guard let batch = await mailbox.takeAll(for: consumer) else { return nil }
        elements = batch.elements
        cost = batch.cost
        return next()
    }

    @inlinable @inline(__always)
    func next() -> Element? {
        guard position < elements.count else { return nil }
        defer { position += 1 }
        return elements[position]
    }
}
