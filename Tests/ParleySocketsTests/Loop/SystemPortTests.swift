import ParleyDatagrams
import TestNetworks
import Testing

@testable import ParleySockets

/// What a port of the system refuses, and the bounds of closing.
@Suite(.timeLimit(.minutes(5)))
struct SystemPortTests {
    /// An option that cannot be set is never passed over in silence.
    @Test func aClosedSocketTakesNoOption() async throws {
        try await ConnectionManager.run { manager in
            let socket = try await manager.openUDP(host: "127.0.0.1")
            await socket.close()
            for option in [SocketOption.timeToLive(5), .joinsPackets(false)] {
                let error = await #expect(throws: SystemError.self) { try await socket.set(option) }
                #expect(error == .badDescriptor)
            }
        }
    }

    @Test func joiningCanBeSwitchedOffAndOnAgain() async throws {
        let loop = try EventLoop()
        let (udp, gro) = (Int32(17), Int32(104))
        let values = try await onLoop(loop) {
            let port = try loop.openDatagrams(at: .loopback(port: 0), options: [])
            var values: [Int32] = []
            for joins in [false, true] {
                try port.set(.joinsPackets(joins))
                values.append(systemOption((port as? SystemPort)?.descriptor ?? -1, udp, gro))
            }
            port.close()
            return values
        }
        #expect(values == [0, 1])
    }

    @Test func streamsHaveNoPacketsToJoin() async throws {
        try await ConnectionManager.run { manager in
            let listener = try await manager.listen(host: "127.0.0.1")
            var options = ConnectionOptions()
            options.socket = [.joinsPackets(false)]
            await #expect(throws: ConnectError.self) {
                _ = try await manager.connect(to: listener.localAddress, options: options)
            }
        }
    }

    /// A packet that lies outside of the buffer is a mistake of the program. It ends it, and nothing of
    /// the memory beside the buffer is sent.
    @Test func aPacketOutsideOfItsBufferIsNotSent() async {
        await #expect(processExitsWith: .failure) {
            let loop = try EventLoop()
            await onLoop(loop) {
                var packets = PacketBuffer()
                packets.append([1, 2, 3].span, address: .loopback(port: 9))
                packets.packets[0].count = 4
                let port = try? loop.openDatagrams(at: .loopback(port: 0), options: [])
                _ = port?.send(packets, from: 0)
            }
        }
    }

    /// Peers that take nothing hold no more threads than the bound, however many they are.
    @Test func lingeringThreadsAreBounded() async {
        await #expect(processExitsWith: .success) {
            let listener = try PlainListener(backlog: 1_000)
            let loop = try EventLoop()
            await onLoop(loop) {}
            let before = countOfProcess("task")
            let address = listener.address
            let written = try await onLoop(loop) {
                let chunk = [UInt8](repeating: 1, count: 64 * 1024)
                var written = 0
                for _ in 0..<8 * LingeringSockets.limit {
                    let port = try loop.openStream(
                        to: address, options: [.linger(seconds: 600), .sendBuffer(16 * 1024)])
                    while case .wrote(let count) = port.write(chunk.span) { written += count }
                    port.close()
                }
                return written
            }
            #expect(written > 0)
            let threads = countOfProcess("task") - before
            // The runtime's own pool may have grown by some threads meanwhile, but not by thirty.
            #expect(threads > 0 && threads <= LingeringSockets.limit + 30)
        }
    }
}
