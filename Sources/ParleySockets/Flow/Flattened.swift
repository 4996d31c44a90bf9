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

    private let batches: AsyncStream<Batch<Element>>

    init(_ batches: AsyncStream<Batch<Element>>) {
        self.batches = batches
    }

    /// Begins to walk. Elements that an earlier walk has taken do not come again.
    public func makeAsyncIterator() -> Iterator {
        Iterator(batches: batches.makeAsyncIterator())
    }

    /// A walk through the elements.
    public struct Iterator: AsyncIteratorProtocol {
        private var batches: AsyncStream<Batch<Element>>.Iterator
        private var batch: Batch<Element>?
        private var position = 0

        init(batches: AsyncStream<Batch<Element>>.Iterator) {
            self.batches = batches
        }

        /// The next element; `nil` when the source has ended or the task is cancelled.
        public mutating func next(
            isolation actor: isolated (any Actor)? = #isolation
        ) async -> Element? {
            while true {
                if let batch, position < batch.count {
                    defer { position += 1 }
                    return batch[position]
                }
                // Given up before waiting, so that its memory can be used for the next batch.
                batch = nil
                position = 0
                guard let next = await batches.next(isolation: actor) else { return nil }
                batch = next
            }
        }

        /// The next element; `nil` when the source has ended or the task is cancelled.
        public mutating func next() async -> Element? {
            await next(isolation: nil)
        }
    }
}
