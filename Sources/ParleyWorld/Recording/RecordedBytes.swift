public import ParleyDatagrams
import Synchronization

/// A recording that is in memory: the very bytes of a file.
public final class RecordedBytes: Sendable {
    private let buffer = Mutex(DatagramBuffer())

    /// Nothing is recorded yet.
    public init() {}

    /// What was recorded so far.
    public var data: Datagram { buffer.withLock { $0.data } }

    func writeHeader(_ bytes: [UInt8]) throws(RecordingError) {
        try buffer.withLock { (buffer) throws(RecordingError) in try buffer.writeHeader(bytes) }
    }

    func put(_ record: Datagram) {
        buffer.withLock { $0.put(record) }
    }
}
