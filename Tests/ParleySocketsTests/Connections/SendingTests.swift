import ParleyDatagrams
import ParleySockets
import TestNetworks
import Testing

@Suite(.timeLimit(.minutes(5)), .everyNetwork)
struct SendingTests {
    /// Without limits of time.
    static let patient = ConnectionOptions.with {
        $0.framing = .raw
        $0.stallTimeout = nil
    }

    @Test func manyTasksSendWholeDatagrams() async throws {
        try await onStage(.with { $0.outboundWatermark = 4096 }) { stage in
            let (client, server) = try await stage.pair(.with { $0.outboundWatermark = 4096 })
            let (tasks, each) = (8, 200)
            try await withThrowingTaskGroup(of: Void.self) { group in
                for task in 0..<tasks {
                    group.addTask {
                        for number in 0..<each {
                            let count = 4 + number * 7 % 900
                            var datagram = Datagram()
                            datagram.append(UInt16(task))
                            datagram.append(UInt16(number))
                            datagram.append(blobOf: UInt8(task), count: count)
                            try await client.send(datagram)
                        }
                    }
                }
                var next = [Int](repeating: 0, count: tasks)
                for await datagram in server.datagrams {
                    var reader = datagram.reader
                    let task = Int(try reader.read(UInt16.self))
                    let number = Int(try reader.read(UInt16.self))
                    #expect(number == next[task])
                    next[task] += 1
                    let rest = reader.readRemaining().bytes
                    #expect(rest == [UInt8](repeating: UInt8(task), count: 4 + number * 7 % 900))
                    if next.allSatisfy({ $0 == each }) { break }
                }
                try await group.waitForAll()
            }
        }
    }

    @Test func flushWaitsUntilTheSystemHasIt() async throws {
        try await onStage(Self.patient) { stage in
            let (peer, connection) = try await stage.plainPair(receiveBuffer: 4096)
            try await connection.flush()
            let bytes = [UInt8](repeating: 3, count: 8_000_000)
            try await connection.send(Datagram(bytes: bytes))
            async let flushed: Void = connection.flush()
            #expect(await peer.read(bytes.count) == bytes)
            try await flushed
            #expect(await connection.statistics.bytesWaiting == 0)
            #expect(await connection.statistics.bytesSent == bytes.count)
        }
    }

    @Test func flushThrowsWhenTheConnectionEnds() async throws {
        try await onStage(Self.patient) { stage in
            let (peer, connection) = try await stage.plainPair(receiveBuffer: 4096)
            try await connection.send(Datagram(bytes: [UInt8](repeating: 3, count: 8_000_000)))
            let flushing = startTask { try await connection.flush() }
            #expect(await peer.read(1).count == 1)
            await connection.abort()
            await #expect(throws: SendError.closed(.local)) { try await flushing.value }
            await #expect(throws: SendError.closed(.local)) { try await connection.flush() }
        }
    }

    @Test func flushCanBeCancelled() async throws {
        try await onStage(Self.patient) { stage in
            let (peer, connection) = try await stage.plainPair(receiveBuffer: 4096)
            try await connection.send(Datagram(bytes: [UInt8](repeating: 3, count: 8_000_000)))
            let flushing = startTask { try await connection.flush() }
            flushing.cancel()
            await #expect(throws: SendError.cancelled) { try await flushing.value }
            await connection.abort()
            peer.close()
        }
    }

    @Test func sendingAfterTheEndThrowsTheReason() async throws {
        try await onStage { stage in
            let (peer, connection) = try await stage.plainPair()
            await connection.abort()
            let error = await #expect(throws: SendError.self) {
                try await connection.send(Datagram(bytes: [1]))
            }
            #expect(error == .closed(.local))
            #expect(throws: SendError.closed(.local)) {
                try connection.offer(Datagram(bytes: [1]))
            }
            peer.close()
        }
    }

    @Test func anOverlongDatagramIsRefusedAndTheConnectionLives() async throws {
        try await onStage { stage in
            let (client, server) = try await stage.pair()
            let error = await #expect(throws: SendError.self) {
                try await client.send(Datagram(bytes: [UInt8](repeating: 0, count: 65_536)))
            }
            #expect(error == .tooLong(count: 65_536, limit: 65_535))
            let largest = Datagram(bytes: [UInt8](repeating: 8, count: 65_535))
            try await client.send(largest)
            #expect(await server.next() == largest)
        }
    }

    @Test func offerRefusesAtItsLimit() async throws {
        let options = ConnectionOptions.with {
            $0.outboundLimit = 100_000
            $0.stallTimeout = nil
            $0.socket = [.sendBuffer(16 * 1024)]
        }
        try await onStage(options) { stage in
            let (peer, connection) = try await stage.plainPair(receiveBuffer: 4096)
            let chunk = Datagram(bytes: [UInt8](repeating: 1, count: 10_000))
            #expect(throws: SendError.queueFull) { while true { try connection.offer(chunk) } }
            #expect(await connection.statistics.bytesWaiting <= 110_020)
            #expect(connection.isOpen)
            peer.close()
        }
    }

    @Test(arguments: [StreamFraming.lengthPrefixed(.uint16), .lengthPrefixed(.uint32), .raw])
    func framesAreThoseOfPanda3D(framing: StreamFraming) async throws {
        try await onStage(ConnectionOptions(framing: framing)) { stage in
            let (peer, connection) = try await stage.plainPair()
            try await connection.send(Datagram(bytes: [1, 2, 3]))
            await connection.finish()
            let header: [UInt8] =
                switch framing.headerSize {
                case 2: [3, 0]
                case 4: [3, 0, 0, 0]
                default: []
                }
            #expect(await peer.readToEnd().bytes == header + [1, 2, 3])
            await peer.send(header + [4, 5, 6])
            #expect(await connection.next()?.bytes == [4, 5, 6])
        }
    }

    @Test func sendsOfOneTurnLeaveTogether() async throws {
        try await onStage { stage in
            let (peer, connection) = try await stage.plainPair()
            for number in 0..<10_000 {
                try connection.offer(Datagram(bytes: [UInt8(truncatingIfNeeded: number)]))
            }
            #expect(await peer.read(30_000).count == 30_000)
        }
    }
}

extension Datagram {
    fileprivate mutating func append(blobOf byte: UInt8, count: Int) {
        for _ in 0..<count { append(byte) }
    }
}
