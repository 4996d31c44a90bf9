import Foundation
import ParleyDatagrams
import ParleySockets
import TestSupport
import Testing

@Suite("Recorded datagrams")
struct RecordingTests {
    /// Calls a closure with the path of no file, and removes the file that it creates there.
    @discardableResult
    private func withPath<Value>(_ body: (String) throws -> Value) throws -> Value {
        let name = "parley-recording-\(UUID().uuidString)"
        let path = FileManager.default.temporaryDirectory.appendingPathComponent(name).path
        defer { try? FileManager.default.removeItem(atPath: path) }
        return try body(path)
    }

    private func write(_ bytes: [UInt8], to path: String) throws {
        try Data(bytes).write(to: URL(fileURLWithPath: path))
    }

    static let mixed = try? GoldenVector.named("mixed").datagram

    /// It may hold names, accounts and addresses.
    @Test("a new file is its user's alone")
    func newFileIsPrivate() throws {
        try withPath { path in
            try DatagramFileWriter(path: path).close()
            let attributes = try FileManager.default.attributesOfItem(atPath: path)
            #expect(attributes[.posixPermissions] as? Int == 0o600)
        }
    }

    @Test("a file of Panda3D, both ways")
    func goldenFile() throws {
        let vector = try GoldenVector.named("datagram_file_two")
        let mixed = try #require(Self.mixed)
        try withPath { path in
            let writer = try DatagramFileWriter(path: path)
            try writer.writeHeader("PHDR\n".utf8)
            for datagram in [Datagram(bytes: [97, 98, 99]), Datagram(), mixed] {
                try writer.put(datagram)
            }
            #expect(throws: RecordingError.headerAfterDatagrams) { try writer.writeHeader([1]) }
            try writer.close()
            #expect(throws: RecordingError.closed) { try writer.put(Datagram()) }
            let written = try Data(contentsOf: URL(fileURLWithPath: path))
            #expect([UInt8](written.prefix(vector.bytes.count)) == vector.bytes)

            let reader = try DatagramFileReader(path: path)
            #expect(try reader.readHeader(5).bytes == [UInt8]("PHDR\n".utf8))
            #expect(try reader.next()?.bytes == [97, 98, 99])
            #expect(try reader.next() == Datagram())
            #expect(try reader.next() == mixed)
            #expect(try reader.next() == nil)
            #expect(try reader.next() == nil)
            #expect(reader.offset == written.count)
        }
    }

    @Test("a buffer of Panda3D, both ways")
    func goldenBuffer() throws {
        let vector = try GoldenVector.named("datagram_buffer")
        var buffer = DatagramBuffer()
        buffer.put(Datagram(bytes: [UInt8]("xyz".utf8)))
        buffer.put(Datagram())
        #expect(buffer.data == vector.datagram)
        #expect(try buffer.next()?.bytes == [UInt8]("xyz".utf8))
        #expect(try buffer.next() == Datagram())
        #expect(try buffer.next() == nil)
        #expect(buffer.isAtEnd)
        #expect(throws: RecordingError.headerAfterDatagrams) { try buffer.writeHeader([1]) }
    }

    @Test("64-bit lengths are read, even where 32 bits suffice")
    func escape() throws {
        let bytes = [UInt8](hex: "ffffffff 0300000000000000 616263 ffffffff 0000000000000000")
        try withPath { path in
            try write(bytes, to: path)
            let reader = try DatagramFileReader(path: path)
            #expect(try reader.next()?.bytes == [97, 98, 99])
            #expect(try reader.next() == Datagram())
            #expect(try reader.next() == nil)
        }
    }

    @Test("every truncation is an error that says where, unless it is between datagrams")
    func truncations() throws {
        let bytes = [UInt8](hex: "03000000 616263 ffffffff 0200000000000000 7879 00000000")
        let ends = [0: 0, 7: 1, 21: 2, 25: 3]
        for length in 0...bytes.count {
            let cut = Array(bytes[..<length])
            var buffer = DatagramBuffer(Datagram(bytes: cut))
            let inMemory = outcome { () throws(RecordingError) in try buffer.next() }
            let onDisk = try withPath { path in
                try write(cut, to: path)
                let reader = try DatagramFileReader(path: path)
                return outcome { () throws(RecordingError) in try reader.next() }
            }
            #expect(inMemory == onDisk)
            if let count = ends[length] {
                #expect(inMemory.count == count && inMemory.error == nil)
            } else if case .truncated(_, let offset, _, let available) = inMemory.error {
                #expect(offset + available == length)
            } else {
                Issue.record("cut at \(length): \(inMemory)")
            }
        }
    }

    private struct Outcome: Equatable {
        var count = 0
        var error: RecordingError?
    }

    private func outcome(_ next: () throws(RecordingError) -> Datagram?) -> Outcome {
        var outcome = Outcome()
        do {
            while try next() != nil { outcome.count += 1 }
        } catch {
            outcome.error = error
        }
        return outcome
    }

    @Test("wrong lengths take no memory")
    func lies() throws {
        let huge = [UInt8](hex: "ffffffff ffffffffffffff7f 61")
        var buffer = DatagramBuffer(Datagram(bytes: huge))
        #expect(
            throws: RecordingError.tooLong(offset: 0, length: UInt64(Int64.max), limit: 1 << 26)
        ) { try buffer.next() }
        try withPath { path in
            try write([UInt8](hex: "feffffff 61"), to: path)
            let reader = try DatagramFileReader(path: path, maximumLength: .max)
            #expect(
                throws: RecordingError.truncated(
                    what: "a datagram", offset: 4, expected: 0xFFFF_FFFE, available: 1)
            ) { try reader.next() }
        }
    }

    @Test("datagrams larger than the file's buffers, and many small ones", arguments: 0..<4)
    func sizes(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let datagrams = [200_000, 65_535, 65_536, 0, 1].map { Datagram(bytes: random.bytes($0)) }
        let small = (0..<5_000).map { _ in
            Datagram(bytes: random.bytes(Int.random(in: 0...40, using: &random)))
        }
        let sent = (datagrams + small).shuffled(using: &random)
        try withPath { path in
            let writer = try DatagramFileWriter(path: path)
            for datagram in sent { try writer.put(datagram) }
            try writer.close()
            let reader = try DatagramFileReader(path: path)
            var received: [Datagram] = []
            while let datagram = try reader.next() { received.append(datagram) }
            #expect(received == sent, "seed \(seed)")
        }
    }

    @Test("a file that cannot be opened says why")
    func missingFile() throws {
        try withPath { path in
            let error = RecordingError.system(operation: "open", path: path, code: ENOENT)
            #expect(throws: error) { _ = try DatagramFileReader(path: path) }
            #expect("\(error)" == "cannot open \(path): No such file or directory")
        }
    }
}
