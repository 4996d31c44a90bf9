import ParleyDatagrams

/// The source of a recording's bytes.
enum RecordingSource {
    case file(DatagramFileReader)
    case memory(DatagramBuffer)

    mutating func readHeader(_ count: Int) throws(RecordingError) -> Datagram {
        switch self {
        case .file(let file): return try file.readHeader(count)
        case .memory(var buffer):
            defer { self = .memory(buffer) }
            return try buffer.readHeader(count)
        }
    }

    mutating func next() throws(RecordingError) -> Datagram? {
        switch self {
        case .file(let file): return try file.next()
        case .memory(var buffer):
            defer { self = .memory(buffer) }
            return try buffer.next()
        }
    }
}
