public import ParleyDatagrams
import Synchronization

/// A recording in memory: the same bytes as in a file.
public final class RecordedBytes: Sendable {
    private let buffer = Mutex(DatagramBuffer())

    /// An empty recording.
    public init() {}

    /// The bytes recorded so far.
    public var data: Datagram { buffer.withLock { $0.data } }

    func writeHeader(_ bytes: [UInt8]) throws(RecordingError) {
        try buffer.withLock { (buffer) throws(RecordingError) in try buffer.writeHeader(bytes) }
    }

    func put(_ record: Datagram) {
        buffer.withLock { $0.put(record) }
    }
}
