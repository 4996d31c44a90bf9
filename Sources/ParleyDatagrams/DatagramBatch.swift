/// Datagrams that arrived together, in the order of their arrival.
///
/// Streams carry batches, not single datagrams: an element of an `AsyncStream` costs more than
/// receiving a datagram does.
public struct DatagramBatch: Sendable {
    private let storage: Storage

    /// Behind a reference, so that a batch travels in one word and its storage can be pooled.
    private final class Storage: Sendable {
        let datagrams: [Datagram]

        init(_ datagrams: [Datagram]) {
            self.datagrams = datagrams
        }
    }

    package init(_ datagrams: [Datagram]) {
        storage = Storage(datagrams)
    }
}

extension DatagramBatch: RandomAccessCollection {
    /// Always 0.
    public var startIndex: Int { 0 }

    /// The number of datagrams.
    public var endIndex: Int { storage.datagrams.count }

    /// The datagram at a position.
    ///
    /// - Parameter position: 0 is the first that arrived.
    public subscript(position: Int) -> Datagram { storage.datagrams[position] }
}
