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
        private let rest: Rest<Element>

        init(mailbox: Mailbox<Element>) {
            batches = mailbox.batches().makeAsyncIterator()
            rest = Rest(of: mailbox)
        }

        /// The next element; `nil` when the source has ended or the task is cancelled.
        public mutating func next(
            isolation actor: isolated (any Actor)? = #isolation
        ) async -> Element? {
            while true {
                if let element = rest.next() { return element }
                guard let batch = await batches.next(isolation: actor) else { return nil }
                rest.begin(batch)
            }
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
private final class Rest<Element: Sendable>: @unchecked Sendable {
    private let mailbox: Mailbox<Element>
    private var batch: Batch<Element>?
    private var position = 0

    init(of mailbox: Mailbox<Element>) {
        self.mailbox = mailbox
    }

    deinit {
        if let batch, position < batch.count { mailbox.putBack(batch, from: position) }
    }

    func begin(_ batch: Batch<Element>) {
        self.batch = batch
        position = 0
    }

    func next() -> Element? {
        guard let batch, position < batch.count else {
            // Given up before waiting, so that its memory can be used for the next batch.
            self.batch = nil
            return nil
        }
        defer { position += 1 }
        return batch[position]
    }
}
