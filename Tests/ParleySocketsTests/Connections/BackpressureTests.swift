import ParleyDatagrams
import ParleySockets
import TestNetworks
import Testing

/// A consumer that is too slow makes its peer wait, and loses nothing.
@Suite(.timeLimit(.minutes(5)), .everyNetwork)
struct BackpressureTests {
    /// Small enough for the bound to be seen behind the system's own buffers.
    static let options = ConnectionOptions.with {
        $0.framing = .lengthPrefixed(.uint32)
        $0.inboundWatermark = 64 * 1024
        $0.socket = [.receiveBuffer(32 * 1024)]
    }

    static let size = 16_000

    /// So many datagrams of `size` bytes, each beginning with its number.
    static func numbered(_ count: Int) -> [UInt8] {
        var bytes = [UInt8](repeating: 7, count: count * (size + 4))
        for number in 0..<count {
            let start = number * (size + 4)
            for (index, value) in [UInt32(size), UInt32(number)].enumerated() {
                withUnsafeBytes(of: value.littleEndian) {
                    let place = start + 4 * index
                    bytes.replaceSubrange(place..<place + 4, with: $0)
                }
            }
        }
        return bytes
    }

    @Test func theSendersBytesAreBoundedAndAllArriveInOrder() async throws {
        try await onStage(Self.options) { stage in
            let (peer, connection) = try await stage.plainPair()
            let count = 1000
            let all = Self.numbered(count)
            let stuckAt = await peer.sendUntilStuck(all, atMost: all.count)
            // The mailbox, one read beyond it, and both of the system's buffers.
            #expect(stuckAt < 12 << 20)
            #expect(try await stage.othersGoOn(Self.options))
            async let sent = peer.send(Array(all[stuckAt...]))
            var next: UInt32 = 0
            for await datagram in connection.datagrams {
                var reader = datagram.reader
                #expect(try reader.read(UInt32.self) == next)
                next += 1
                if next == count { break }
            }
            #expect(await sent)
            #expect(connection.isOpen)
        }
    }

    @Test func aCancelledConsumerLeavesUnreadElementsToTheNext() async throws {
        try await onStage(Self.options) { stage in
            let (peer, connection) = try await stage.plainPair()
            let count = 500
            async let sent = peer.send(Self.numbered(count))
            let seen = Trace()
            for round in 1...10 {
                let consumer = startTask {
                    for await datagram in connection.datagrams {
                        var reader = datagram.reader
                        seen.note(Int((try? reader.read(UInt32.self)) ?? .max))
                    }
                }
                try await until { seen.all.count >= round * 40 }
                consumer.cancel()
                await consumer.value
            }
            #expect(connection.isOpen)
            while seen.all.count < count, let datagram = await connection.next() {
                var reader = datagram.reader
                seen.note(Int(try reader.read(UInt32.self)))
            }
            #expect(seen.all == Array(0..<count))
            #expect(await sent)
        }
    }

    @Test func aSlowConsumerDelaysNoOtherPeer() async throws {
        try await onStage(Self.options) { stage in
            let (stuck, _) = try await stage.plainPair()
            defer { stuck.close() }
            _ = await stuck.sendUntilStuck(Self.numbered(1), atMost: 16 << 20)
            for _ in 0..<10 { #expect(try await stage.othersGoOn(Self.options)) }
        }
    }

    @Test func theIdleLimitDoesNotCountAgainstAConsumersSlowness() async throws {
        var options = Self.options
        let limit = Duration.seconds(2)
        options.idleTimeout = limit
        let all = Self.numbered(1000)
        try await onStage(options) { stage in
            let (peer, connection) = try await stage.plainPair()
            let stuckAt = await peer.sendUntilStuck(all, atMost: all.count)
            try await stage.manager.network.clock.sleep(for: limit * 1.5)
            #expect(connection.isOpen)
            async let sent = peer.send(Array(all[stuckAt...]))
            var count = 0
            for await _ in connection.datagrams {
                count += 1
                if count == 1000 { break }
            }
            #expect(count == 1000)
            #expect(await sent)
            #expect(await connection.terminated() == .idleTimeout)
        }
    }

    @Test func rawBytesArriveAsTheyCome() async throws {
        var options = Self.options
        options.framing = .raw
        try await onStage(options) { stage in
            let (peer, connection) = try await stage.plainPair()
            let bytes = (0..<3_000_000).map { UInt8(truncatingIfNeeded: $0 ^ ($0 >> 9)) }
            async let sent = peer.send(bytes)
            var received: [UInt8] = []
            for await datagram in connection.datagrams {
                received += datagram.bytes
                if received.count == bytes.count { break }
            }
            #expect(received == bytes)
            #expect(await sent)
        }
    }
}
