import Foundation
import ParleyDatagrams
import TestSupport

extension FuzzTarget {
    /// A recording in memory. The input has the length of its header, the longest datagram, and its
    /// bytes.
    static let recordings = FuzzTarget("recordings", corpus: recordingCorpus) { input in
        var choices = Choices(input)
        let headerSize = Int(choices.byte() & 15)
        let limit = choices.pick([1 << 26, 0, 1, 27, 300, .max, -1])
        let data = Datagram(embedded: choices.data)
        let recording = try Recording(data, headerSize: headerSize, limit: limit)
        try recording.expectSameBytes(as: data)
    }

    /// A recording in a file.
    static let recordingFiles = FuzzTarget(
        "recording-files", share: 1, corpus: recordingCorpus
    ) { input in
        var choices = Choices(input)
        let headerSize = Int(choices.byte() & 15)
        let limit = choices.pick([1 << 26, 0, 1, 27, 300, .max, -1])
        let data = Datagram(embedded: choices.data)
        let inMemory = try Recording(data, headerSize: headerSize, limit: limit)
        let file = FileManager.default.temporaryDirectory
            .appending(path: "parley-fuzz-\(UUID().uuidString)")
        try Data(data.bytes).write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        let reader = try DatagramFileReader(path: file.path, maximumLength: limit)
        let onDisk = try Recording(headerSize: headerSize) { count throws(RecordingError) in
            try reader.readHeader(count)
        } next: { () throws(RecordingError) in
            try reader.next()
        }
        try reader.close()
        try expect(onDisk == inMemory, "\(onDisk) in the file, \(inMemory) in memory")
    }

    private static let recordingCorpus: [[UInt8]] = {
        var buffer = DatagramBuffer()
        for vector in GoldenVector.all.prefix(40) { buffer.put(vector.datagram) }
        let files = GoldenVector.all.filter { $0.name.hasPrefix("datagram_file") }
        let long: [UInt8] = [0, 0, 255, 255, 255, 255, 3, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3]
        return files.map { [5, 0] + $0.bytes } + [[0, 0] + buffer.data.bytes, long]
    }()
}

/// The datagrams of a recording, and the error that ended it.
private struct Recording: Equatable {
    var header: Datagram?
    var datagrams: [Datagram] = []
    var failure: RecordingError?

    init(_ data: Datagram, headerSize: Int, limit: Int) throws {
        var buffer = DatagramBuffer(data, maximumLength: limit)
        try self.init(headerSize: headerSize) { count throws(RecordingError) in
            try buffer.readHeader(count)
        } next: { () throws(RecordingError) in
            try buffer.next()
        }
        try expect(
            failure != nil || header == nil || buffer.isAtEnd, "it ended before the last byte")
    }

    init(
        headerSize: Int, readHeader: (Int) throws(RecordingError) -> Datagram,
        next: () throws(RecordingError) -> Datagram?
    ) throws {
        header = try decoded { () throws(RecordingError) in
            do throws(RecordingError) {
                return try readHeader(headerSize)
            } catch {
                failure = error
                throw error
            }
        }
        while failure == nil {
            let datagram = try decoded { () throws(RecordingError) -> Datagram? in
                do throws(RecordingError) {
                    return try next()
                } catch {
                    failure = error
                    throw error
                }
            }
            guard let datagram, let datagram else { return }
            datagrams.append(datagram)
        }
    }

    /// Checks that the datagrams make the same recording again, unless a length had more bytes than it
    /// needs.
    func expectSameBytes(as data: Datagram) throws {
        guard let header else { return }
        var buffer = DatagramBuffer()
        try buffer.writeHeader(header.bytes)
        for datagram in datagrams { buffer.put(datagram) }
        let again = try Recording(buffer.data, headerSize: header.count, limit: 1 << 26)
        try expect(
            again.header == header && again.datagrams == datagrams && again.failure == nil,
            "what was read was written and is \(again)")
        let isShort = !data.bytes.contains(0xFF)
        try expect(
            !isShort || data.bytes.starts(with: buffer.data.bytes), "the bytes are others")
    }
}
