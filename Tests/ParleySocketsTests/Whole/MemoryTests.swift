import Foundation
import Glibc
import ParleyDatagrams
import TestNetworks
import Testing

@testable import ParleySockets

/// The memory that connections keep. Each test measures a process of its own.
@Suite(.timeLimit(.minutes(5)))
struct MemoryTests {
    @Test func connectionsThatWereResetLeaveNoMemory() async {
        await #expect(processExitsWith: .success) {
            try await onStage { stage in
                // Three frames of the largest size that nothing reads, and a part of a fourth one: just
                // below the bound at which reading pauses, and the reset would not be noticed.
                let bytes = [UInt8](repeating: 0xff, count: 240_000)
                var before = 0
                for number in 0..<576 {
                    if number == 64 { before = residentBytes() }
                    let (peer, connection) = try await stage.systemPair()
                    await peer.send(bytes)
                    peer.reset()
                    await connection.terminated()
                }
                // Those 512 sent 123 MB.
                #expect(residentBytes() - before < 10 << 20)
                #expect(stage.manager.connections.isEmpty)
            }
        }
    }

    @Test func anIdleConnectionKeepsLittleOfABurst() async {
        await #expect(processExitsWith: .success) {
            _ = DescriptorLimit.raise()
            // A batch that is small enough to be kept, and one that is not.
            for burst in [60, 5_000] {
                try await onStage { stage in
                    let bytes = (0..<burst).flatMap { frame([UInt8(truncatingIfNeeded: $0)]) }
                    var kept: [(PlainPeer, Connection)] = []
                    var before = 0
                    for number in 0..<400 {
                        if number == 100 { before = residentBytes() }
                        let (peer, connection) = try await stage.systemPair()
                        kept.append((peer, connection))
                        await peer.send(bytes)
                        var left = burst
                        for await datagram in connection.datagrams {
                            try await connection.send(datagram)
                            left -= 1
                            if left == 0 { break }
                        }
                        #expect(await peer.read(bytes.count).count == bytes.count)
                    }
                    let each = (residentBytes() - before) / 300
                    #expect(each <= 6 * 1024, "after \(burst) frames")
                    for (peer, _) in kept { peer.close() }
                }
            }
        }
    }
}

/// The resident memory of this process, in bytes.
private func residentBytes() -> Int {
    let text = (try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8)) ?? ""
    let pages = text.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
    return pages * Int(getpagesize())
}
