import ParleyDatagrams
import ParleySockets
import TestNetworks
import Testing

@Suite(.timeLimit(.minutes(5)), .everyNetwork)
struct WriterTests {
    static let options = ConnectionOptions.with {
        $0.outboundLimit = 200_000
        $0.stallTimeout = nil
        $0.socket = [.sendBuffer(16 * 1024)]
    }

    @Test(arguments: [ConnectionWriter.SlowPeerPolicy.close, .skip])
    func aPeerThatDoesNotReadDelaysNoOtherPeer(policy: ConnectionWriter.SlowPeerPolicy) async throws
    {
        try await onStage(Self.options) { stage in
            let (stuck, slow) = try await stage.plainPair(receiveBuffer: 4096)
            let (reading, quick) = try await stage.plainPair()
            let writer = ConnectionWriter(slowPeers: policy)
            let chunk = Datagram(bytes: [UInt8](repeating: 5, count: 10_000))
            var unreached: Set<Connection> = []
            var sent = 0
            while unreached.isEmpty {
                unreached = Set(writer.send(chunk, to: [slow, quick]))
                sent += 1
                #expect(await reading.read(10_002).count == 10_002)
            }
            #expect(unreached == [slow])
            #expect(sent > 10)
            switch policy {
            case .close: #expect(await slow.terminated() == .limitExceeded(.outboundBytes))
            case .skip: #expect(slow.isOpen)
            }
            #expect(quick.isOpen)
            stuck.close()
        }
    }

    @Test func reportsTheConnectionsThatItDidNotReach() async throws {
        try await onStage { stage in
            let (peer, open) = try await stage.plainPair()
            let (gone, ended) = try await stage.plainPair()
            await ended.abort()
            gone.close()
            let writer = ConnectionWriter()
            #expect(writer.send(Datagram(bytes: [1]), to: [open, ended]) == [ended])
            let long = Datagram(bytes: [UInt8](repeating: 0, count: 70_000))
            #expect(writer.send(long, to: [open]) == [open])
            #expect(open.isOpen)
            #expect(await peer.read(3) == frame([1]))
            #expect(writer.send(Datagram(bytes: [1]), to: []) == [])
        }
    }

    @Test func sendsByUDPToo() async throws {
        try await ConnectionManager.run(network: TestNetwork.current.network) { manager in
            let socket = try await manager.openUDP(
                host: "127.0.0.1", options: .init(framing: .raw))
            let peer = try datagramPeer()
            try await ConnectionWriter().send(
                Datagram(bytes: [3]), to: peer.address, over: socket)
            #expect(await peer.receive() == [3])
        }
    }
}
