import Foundation
import ParleyDatagrams
import ParleySimulation
import ParleySockets
import TestNetworks
import Testing

/// A conditioner releases everything that it holds back. In a separate process, where no other test
/// opens descriptors.
@Suite(.timeLimit(.minutes(5)))
struct ConditionerLeakTests {
    @Test func noDescriptorStaysOpen() async {
        await #expect(processExitsWith: .success) {
            try await sleepOnceByEachClock()
            try await ConditionerLeakTests.openAndClose(seed: 0)
            let before = ConditionerLeakTests.openDescriptors
            for seed in 1...8 { try await ConditionerLeakTests.openAndClose(seed: UInt64(seed)) }
            // The bytes under way may outlast their sender a little.
            #expect(await eventually { ConditionerLeakTests.openDescriptors <= before })
        }
    }

    static var openDescriptors: Int {
        (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count) ?? .max
    }

    /// Every way to end, with bytes under way.
    static func openAndClose(seed: UInt64) async throws {
        let profile = LinkProfile(
            latency: .milliseconds(5), jitter: .milliseconds(1), loss: .independent(0.1),
            bandwidth: 1_000_000, queue: 10_000)
        try await onConditionedStage(profile, seed: seed) { stage in
            let bytes = Datagram(bytes: [UInt8](repeating: 1, count: 3000))
            for ending in 0..<4 {
                let (client, server) = try await stage.pair()
                try await client.send(bytes)
                switch ending {
                case 0: await client.close()
                case 1: await client.abort()
                case 2: await server.abort()
                default: break
                }
            }
            let socket = try await stage.manager.openUDP(host: "127.0.0.1")
            for _ in 0..<20 { try await socket.send(bytes, to: socket.localAddress) }
        }
    }
}
