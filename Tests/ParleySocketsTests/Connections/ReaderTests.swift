import ParleyDatagrams
import ParleySockets
import TestNetworks
import Testing

@Suite(.timeLimit(.minutes(5)), .everyNetwork)
struct ReaderTests {
    /// A datagram with its peer and its number.
    func payload(_ peer: Int, _ number: Int) -> [UInt8] { [UInt8(peer), UInt8(number)] }

    @Test func mergesFiftyConnectionsAndKeepsTheirOrder() async throws {
        try await onStage { stage in
            let reader = ConnectionReader()
            let (peers, each) = (50, 40)
            var plain: [any Peer] = []
            var connections: [Connection] = []
            for _ in 0..<peers {
                let (peer, connection) = try await stage.plainPair()
                plain.append(peer)
                connections.append(connection)
                #expect(await reader.add(connection))
            }
            await withDiscardingTaskGroup { group in
                for (index, peer) in plain.enumerated() {
                    group.addTask {
                        await peer.send((0..<each).flatMap { frame(self.payload(index, $0)) })
                    }
                }
            }
            var next = [Int](repeating: 0, count: peers)
            for await message in reader.datagrams {
                let bytes = message.datagram.bytes
                let peer = Int(bytes[0])
                #expect(Int(bytes[1]) == next[peer])
                #expect(message.connection == connections[peer])
                #expect(message.address == connections[peer].remoteAddress)
                next[peer] += 1
                if next.allSatisfy({ $0 == each }) { break }
            }
            #expect(reader.sources.count == peers)
            for peer in plain { peer.close() }
            #expect(await eventually { reader.sources.isEmpty })
        }
    }

    @Test func addingAndRemovingSayWhetherTheyChangeAnything() async throws {
        try await onStage { stage in
            let (peer, connection) = try await stage.plainPair()
            let (reader, other) = (ConnectionReader(), ConnectionReader())
            #expect(!reader.isOK(connection))
            #expect(await !reader.remove(connection))
            #expect(await reader.add(connection))
            #expect(await !reader.add(connection))
            #expect(await !other.add(connection))
            #expect(reader.isOK(connection) && !other.isOK(connection))
            #expect(await reader.remove(connection))
            #expect(await !reader.remove(connection))
            #expect(await other.add(connection))
            peer.close()
            await connection.terminated()
            #expect(!other.isOK(connection))
            #expect(await !reader.add(connection))
        }
    }

    @Test func aReaderTakesQueuedDatagramsAndReturnsUnreadOnes() async throws {
        try await onStage { stage in
            let (peer, connection) = try await stage.plainPair()
            await peer.send(frame([1]) + frame([2]))
            #expect(await eventually { await connection.statistics.datagramsReceived == 2 })
            let reader = ConnectionReader()
            #expect(await reader.add(connection))
            await peer.send(frame([3]))
            var seen: [[UInt8]] = []
            for await message in reader.datagrams {
                seen.append(message.datagram.bytes)
                if seen.count == 3 { break }
            }
            #expect(seen == [[1], [2], [3]])
            #expect(await reader.remove(connection))
            await peer.send(frame([4]))
            #expect(await connection.next()?.bytes == [4])
        }
    }

    @Test func anOverfullConnectionOrSocketGoesOnInAReader() async throws {
        try await onStage(BackpressureTests.options) { stage in
            let (peer, connection) = try await stage.plainPair()
            let all = BackpressureTests.numbered(100)
            async let sent = peer.send(all)
            #expect(await eventually { await connection.statistics.datagramsReceived > 4 })
            var options = DatagramSocketOptions(framing: .raw)
            options.buffering = .pause(bytes: 100)
            let socket = try await stage.manager.openUDP(host: "127.0.0.1", options: options)
            let sender = try datagramPeer()
            for number in 0..<20 { sender.send([UInt8(number)], to: socket.localAddress) }
            #expect(await eventually { await socket.statistics.datagramsReceived > 0 })
            let reader = ConnectionReader()
            #expect(await reader.add(connection))
            #expect(await reader.add(socket))
            for number in 20..<25 { sender.send([UInt8(number)], to: socket.localAddress) }
            var counts = [0, 0]
            for await message in reader.datagrams {
                counts[message.connection == nil ? 1 : 0] += 1
                if counts == [100, 25] { break }
            }
            #expect(await sent)
            #expect(await reader.remove(socket))
            #expect(await !reader.remove(socket))
        }
    }

    @Test func aSlowConsumerPausesTheSenders() async throws {
        try await onStage(BackpressureTests.options) { stage in
            let reader = ConnectionReader(policy: .pause(bytes: 64 * 1024))
            let all = BackpressureTests.numbered(700)
            var peers: [any Peer] = []
            for _ in 0..<2 {
                let (peer, connection) = try await stage.plainPair()
                await reader.add(connection)
                peers.append(peer)
            }
            var stuckAt: [Int] = []
            for peer in peers {
                stuckAt.append(await peer.sendUntilStuck(all, atMost: all.count))
            }
            #expect(stuckAt.allSatisfy { $0 < all.count })
            let (senders, rests) = (peers, stuckAt.map { Array(all[$0...]) })
            async let first = senders[0].send(rests[0])
            async let second = senders[1].send(rests[1])
            var next: [Connection: UInt32] = [:]
            for await message in reader.datagrams {
                var fields = message.datagram.reader
                let connection = try #require(message.connection)
                #expect(try fields.read(UInt32.self) == next[connection, default: 0])
                next[connection, default: 0] += 1
                if next.count == 2, next.values.allSatisfy({ $0 == 700 }) { break }
            }
            let bothSent = await (first, second)
            #expect(bothSent == (true, true))
        }
    }

    @Test func theNewestKeepsItsSender() async throws {
        try await onStage { stage in
            let reader = ConnectionReader(policy: .newest(1))
            let (old, _) = try await stage.plainPair()
            let (new, connection) = try await stage.plainPair()
            for connection in stage.manager.connections { await reader.add(connection) }
            for number in 0..<9 {
                await old.send(frame([UInt8(number)]))
                #expect(await eventually { reader.droppedCount == max(0, number - 0) })
            }
            await new.send(frame([42]))
            #expect(await eventually { reader.droppedCount == 9 })
            let message = await reader.datagrams.first { _ in true }
            #expect(message?.datagram.bytes == [42] && message?.connection == connection)
            old.close()
        }
    }

    @Test(arguments: [StreamFraming.raw, .lengthPrefixed(.uint32)])
    func readersHaveTheirOwnFraming(framing: StreamFraming) async throws {
        try await onStage { stage in
            let (peer, connection) = try await stage.plainPair()
            let reader = ConnectionReader(framing: framing)
            await reader.add(connection)
            await peer.send(framing == .raw ? [1, 2, 3] : [3, 0, 0, 0, 1, 2, 3])
            // Raw bytes come in pieces of any size.
            var bytes: [UInt8] = []
            for await message in reader.datagrams {
                bytes += message.datagram.bytes
                if bytes.count == 3 { break }
            }
            #expect(bytes == [1, 2, 3])
            try await ConnectionWriter(framing: framing).send(
                Datagram(bytes: [9]), to: connection)
            #expect(await peer.read(framing.headerSize + 1).last == 9)
        }
    }

    @Test func repliesGoBackWhereTheMessageCameFrom() async throws {
        try await onStage { stage in
            let reader = ConnectionReader()
            let (peer, connection) = try await stage.plainPair()
            let socket = try await stage.manager.openUDP(
                host: "127.0.0.1", options: .init(framing: .raw))
            await reader.add(connection)
            await reader.add(socket)
            let outsider = try datagramPeer()
            outsider.send([1], to: socket.localAddress)
            await peer.send(frame([2]))
            var count = 0
            for await message in reader.datagrams {
                try await message.reply(message.datagram)
                count += 1
                if count == 2 { break }
            }
            #expect(await outsider.receive() == [1])
            #expect(await peer.read(3) == frame([2]))
            await reader.close()
            #expect(reader.sources.isEmpty && connection.isOpen)
            for await _ in reader.datagrams { Issue.record("it is closed") }
        }
    }
}
