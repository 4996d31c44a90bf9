import ParleyDatagrams
import ParleySockets
import TestNetworks
import Testing

@Suite(.timeLimit(.minutes(5)), .everyNetwork)
struct DatagramSocketTests {
    /// Runs `body` with a socket on 127.0.0.1 and a plain peer.
    func withSocket(
        _ options: DatagramSocketOptions = .init(), host: String? = "127.0.0.1",
        _ body: (DatagramSocket, any DatagramPeer, SocketAddress) async throws -> Void
    ) async throws {
        try await ConnectionManager.run(network: TestNetwork.current.network) { manager in
            let socket = try await manager.openUDP(host: host, options: options)
            let target = SocketAddress.loopback(port: socket.localAddress.port)
            try await body(socket, try datagramPeer(), target)
        }
    }

    func next(_ socket: DatagramSocket) async -> ReceivedDatagram? {
        await socket.datagrams.first { _ in true }
    }

    /// A packet with Panda3D's checksum.
    func sealed(_ payload: [UInt8]) -> [UInt8] {
        DatagramFraming.checksummed.seal(Datagram(bytes: payload)).bytes
    }

    @Test func packetsWithoutAValidChecksumAreDropped() async throws {
        try await withSocket { socket, peer, target in
            let long = [UInt8](repeating: 1, count: 65_507)
            for packet in [[], [0], [1, 0], [1, 0, 2], long] { peer.send(packet, to: target) }
            peer.send([0, 0], to: target)
            peer.send(sealed([1, 2, 3]), to: target)
            let empty = await next(socket)
            #expect(empty?.datagram.isEmpty == true && empty?.address == peer.address)
            #expect(await next(socket)?.datagram.bytes == [1, 2, 3])
            let statistics = await socket.statistics
            #expect(statistics.invalid == 5 && statistics.datagramsReceived == 2)
        }
    }

    @Test func rawPacketsOfEverySize() async throws {
        try await withSocket(DatagramSocketOptions(framing: .raw)) { socket, peer, target in
            for size in [0, 1, 2, 1472, 1473, 9000, 65_507] {
                let bytes = (0..<size).map { UInt8(truncatingIfNeeded: $0) }
                peer.send(bytes, to: target)
                #expect(await next(socket)?.datagram.bytes == bytes)
                try await socket.send(Datagram(bytes: bytes), to: peer.address)
                #expect(await peer.receive() == bytes)
            }
        }
    }

    @Test func theLargestWithItsChecksum() async throws {
        try await withSocket { socket, peer, target in
            let bytes = (0..<65_505).map { UInt8(truncatingIfNeeded: $0 &* 31) }
            peer.send(sealed(bytes), to: target)
            #expect(await next(socket)?.datagram.bytes == bytes)
            try await socket.send(Datagram(bytes: bytes), to: peer.address)
            #expect(await peer.receive() == sealed(bytes))
        }
    }

    @Test(.systemOnly("a simulated network refuses no address"))
    func aDatagramThatCannotBeSentHarmsNoOther() async throws {
        try await withSocket { socket, peer, target in
            let error = await #expect(throws: SendError.self) {
                let large = Datagram(bytes: [UInt8](repeating: 0, count: 65_506))
                try await socket.send(large, to: peer.address)
            }
            #expect(error == .tooLong(count: 65_506, limit: 65_505))
            // A family that the socket doesn't have, no way there, no permission, port 0.
            for text in ["[::1]:9", "[2001:db8::1]:9", "255.255.255.255:9", "127.0.0.1:0"] {
                let unreachable = try #require(SocketAddress(text))
                try await socket.send(Datagram(bytes: [1]), to: unreachable)
                try await socket.send(Datagram(bytes: [2]), to: peer.address)
                #expect(await peer.receive() == sealed([2]))
            }
            #expect(await socket.statistics.refused == 4)
            peer.send(sealed([5]), to: target)
            #expect(await next(socket)?.datagram.bytes == [5])
        }
    }

    @Test func anUnreachablePortDoesNotCloseTheSocket() async throws {
        let gone: SocketAddress
        do { gone = try datagramPeer().address }
        try await withSocket { socket, peer, target in
            for _ in 0..<20 {
                try await socket.send(Datagram(bytes: [1]), to: gone)
                try await socket.send(Datagram(bytes: [2]), to: peer.address)
                #expect(await peer.receive() == sealed([2]))
            }
            peer.send(sealed([3]), to: target)
            #expect(await next(socket)?.datagram.bytes == [3])
        }
    }

    @Test func unreadFloodsAreBoundedAndCounted() async throws {
        var options = DatagramSocketOptions(framing: .raw)
        options.buffering = .pause(bytes: 100_000)
        options.socket = [.receiveBuffer(100_000)]
        try await withSocket(options) { socket, peer, target in
            let (count, size) = (2000, 1000)
            for _ in 0..<count { peer.send([UInt8](repeating: 1, count: size), to: target) }
            // Taking lets the socket read again; the next packet reports the drops before it.
            var batches = socket.batches.makeAsyncIterator()
            var received = 0
            while true {
                peer.send([2], to: target)
                guard let batch = await batches.next() else { break }
                received += batch.filter { $0.datagram.count == size }.count
                let statistics = await socket.statistics
                if received + statistics.droppedBySystem >= count { break }
            }
            #expect(received < count)
            #expect(await socket.statistics.droppedBySystem > 0)
        }
    }

    @Test func theNewestAreKept() async throws {
        var options = DatagramSocketOptions()
        options.buffering = .newest(1)
        try await withSocket(options) { socket, peer, target in
            for number in 0..<50 { peer.send(sealed([UInt8(number)]), to: target) }
            #expect(await eventually { await socket.statistics.datagramsReceived == 50 })
            let newest = await next(socket)
            #expect(newest?.datagram.bytes == [49] && newest?.address == peer.address)
            #expect(await socket.statistics.droppedUnread == 49)
        }
    }

    @Test(arguments: [nil, "::", "0.0.0.0"] as [String?])
    func aPeerHasOneAddressWhateverTheSocket(host: String?) async throws {
        try await withSocket(host: host) { socket, peer, target in
            peer.send(sealed([1]), to: target)
            let packet = try #require(await next(socket))
            #expect(packet.address == peer.address && packet.address.isIPv4)
            try await socket.send(Datagram(bytes: [2]), to: packet.address)
            #expect(await peer.receive() == sealed([2]))
        }
    }

    @Test(.systemOnly("simulated broadcasts reach nobody"))
    func broadcastNeedsItsOption() async throws {
        try await withSocket(host: nil) { socket, _, _ in
            let everybody = try #require(SocketAddress("127.255.255.255:9"))
            try await socket.send(Datagram(bytes: [1]), to: everybody)
            #expect(await eventually { await socket.statistics.refused == 1 })
            try await socket.set(.broadcast(true))
            try await socket.send(
                Datagram(bytes: [7]),
                to: SocketAddress(
                    ipv4: (127, 255, 255, 255), port: socket.localAddress.port))
            #expect(await next(socket)?.datagram.bytes == [7])
        }
    }

    @Test(.systemOnly("simulated hosts know no groups"))
    func groupsAreJoinedAndLeft() async throws {
        try await withSocket(host: nil) { socket, _, _ in
            let loopback = try #require(
                NetworkInterface.scan().first { $0.address == .loopback(port: 0) })
            let group = SocketAddress(ipv4: (239, 7, 7, 7), port: socket.localAddress.port)
            do throws(SystemError) {
                try await socket.set(.joinGroup(group, interface: loopback.index))
            } catch {
                Issue.record("cannot join on loopback: \(error)")
            }
            await #expect(throws: SystemError.self) {
                try await socket.set(.joinGroup(group, interface: loopback.index))
            }
            try await socket.set(.leaveGroup(group, interface: loopback.index))
            await #expect(throws: SystemError.self) {
                try await socket.set(.leaveGroup(group, interface: loopback.index))
            }
        }
    }

    @Test func aTicksDatagramsArriveFromManyTasks() async throws {
        var options = DatagramSocketOptions(framing: .raw)
        options.socket = [.receiveBuffer(8 << 20)]
        try await withSocket(options) { socket, _, _ in
            let (tasks, each) = (4, 50)
            try await ConnectionManager.run(network: TestNetwork.current.network) { manager in
                let sender = try await manager.openUDP(host: "127.0.0.1", options: options)
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for task in 0..<tasks {
                        group.addTask {
                            for number in 0..<each {
                                try await sender.send(
                                    Datagram(bytes: [UInt8(task), UInt8(number)]),
                                    to: socket.localAddress)
                            }
                        }
                    }
                    try await group.waitForAll()
                }
                var seen = [[UInt8]](repeating: [], count: tasks)
                for await packet in socket.datagrams {
                    let bytes = packet.datagram.bytes
                    seen[Int(bytes[0])].append(bytes[1])
                    if seen.allSatisfy({ $0.count == each }) { break }
                }
                #expect(seen.allSatisfy { $0 == (0..<UInt8(each)).map { $0 } })
                #expect(await sender.statistics.datagramsSent == tasks * each)
                #expect(await sender.statistics.bytesSent == tasks * each * 2)
            }
        }
    }

    @Test func sendersBeyondTheWatermarkWaitAndGoOn() async throws {
        var options = DatagramSocketOptions(framing: .raw)
        options.outboundWatermark = 2000
        try await withSocket(options) { socket, peer, _ in
            await withDiscardingTaskGroup { group in
                for _ in 0..<10 {
                    group.addTask {
                        for _ in 0..<20 {
                            try? await socket.send(
                                Datagram(bytes: [UInt8](repeating: 1, count: 900)),
                                to: peer.address)
                        }
                    }
                }
            }
            #expect(await eventually { await socket.statistics.datagramsSent == 200 })
        }
    }

    @Test func closingEndsEverything() async throws {
        try await withSocket { socket, peer, target in
            let consumer = startTask { await socket.datagrams.reduce(0) { count, _ in count + 1 } }
            peer.send(sealed([1]), to: target)
            #expect(await eventually { await socket.statistics.datagramsReceived == 1 })
            for number in 0..<100 {
                try await socket.send(Datagram(bytes: [UInt8(number)]), to: peer.address)
            }
            await socket.close()
            await socket.close()
            #expect(await consumer.value == 1)
            // Queued datagrams leave first.
            for number in 0..<100 { #expect(await peer.receive() == sealed([UInt8(number)])) }
            await #expect(throws: SendError.closed(.local)) {
                try await socket.send(Datagram(bytes: [1]), to: peer.address)
            }
            #expect(await next(socket) == nil)
        }
    }
}
