import Foundation
import Parley
import Testing

/// Files of datagrams that Parley writes, Panda3D copies, and Parley reads.
@Suite(.needsPanda, .timeLimit(.minutes(5)))
struct PandaFileTests {
    private struct Copied: Decodable {
        let lengths: [Int]
    }

    @Test func filesSurvivePanda() async throws {
        let folder = try TemporaryFolder()
        defer { folder.remove() }
        let (ours, theirs) = (folder.path("ours"), folder.path("theirs"))
        let sizes = [0, 1, 2, 255, 65_536, 1 << 20, 3]
        let datagrams = sizes.enumerated().map { pattern($0, $1) }

        let writer = try DatagramFileWriter(path: ours)
        for datagram in datagrams { try writer.put(datagram) }
        try writer.close()

        let header = "PRLY\n"
        let copied = try await PandaPeer.run("copy_file.py", [ours, theirs, header]) {
            try await $0.next(Copied.self)
        }
        #expect(copied.lengths == sizes)

        let reader = try DatagramFileReader(path: theirs)
        #expect(try reader.readHeader(header.utf8.count).bytes == Array(header.utf8))
        var read: [Datagram] = []
        while let datagram = try reader.next() { read.append(datagram) }
        #expect(read == datagrams)
        let written = try Data(contentsOf: URL(filePath: ours))
        #expect(try Data(contentsOf: URL(filePath: theirs)) == Data(header.utf8) + written)
    }
}
