import ParleyDatagrams
import ParleySockets
import TestNetworks
import Testing

/// Peers that break the rules, or stay silent. Each loses its own connection and harms no other.
@Suite(.timeLimit(.minutes(5)), .everyNetwork)
struct HostilePeerTests {
    @Test func halfAFrameThenSilence() async throws {
        let options = ConnectionOptions.with { $0.idleTimeout = .seconds(2) }
        try await onStage(options) { stage in
            let (peer, connection) = try await stage.plainPair()
            await peer.send([5])
            #expect(try await stage.othersGoOn())
            #expect(await connection.terminated() == .idleTimeout)
            #expect(await peer.readToEnd().ending == .reset)
            #expect(await connection.next() == nil)
        }
    }

    @Test func silenceIsAllowedWhereNoLimitIsSet() async throws {
        try await onStage { stage in
            let (peer, connection) = try await stage.plainPair()
            await peer.send([5])
            for _ in 0..<20 { #expect(try await stage.othersGoOn()) }
            #expect(connection.isOpen)
            await peer.send([0, 1, 2, 3, 4, 5])
            #expect(await connection.next()?.bytes == [1, 2, 3, 4, 5])
        }
    }

    @Test(arguments: [
        (LengthPrefix.uint32, [0, 0, 0, 0x80] as [UInt8], 1 << 31, 1 << 20),
        (.uint32, [0xff, 0xff, 0xff, 0xff], 0xffff_ffff, 1 << 20),
        (.uint32, [0x01, 0x00, 0x10, 0x00], (1 << 20) + 1, 1 << 20),
        (.uint16, [0x01, 0x02], 513, 512), (.uint16, [0xff, 0xff], 65_535, 512),
    ])
    func aLengthOverTheLimit(
        prefix: LengthPrefix, header: [UInt8], announced: Int, limit: Int
    ) async throws {
        let options = ConnectionOptions.with {
            $0.framing = .lengthPrefixed(prefix)
            $0.maximumDatagramCount = limit
        }
        try await onStage(options) { stage in
            let (peer, connection) = try await stage.plainPair()
            let good = [UInt8](repeating: 0, count: prefix.byteCount - 1)
            await peer.send([3] + good + [7, 8, 9] + header)
            #expect(await connection.rest().map(\.bytes) == [[7, 8, 9]])
            #expect(
                await connection.terminated()
                    == .protocolViolation(.frameTooLong(announced: announced, limit: limit)))
            #expect(await peer.readToEnd().ending == .reset)
            #expect(try await stage.othersGoOn(options))
        }
    }

    @Test(arguments: [LengthPrefix.uint16, .uint32])
    func aLengthOfZeroIsAnEmptyDatagram(prefix: LengthPrefix) async throws {
        try await onStage(ConnectionOptions(framing: .lengthPrefixed(prefix))) { stage in
            let (peer, connection) = try await stage.plainPair()
            await peer.send([UInt8](repeating: 0, count: prefix.byteCount * 1000))
            peer.endSending()
            let received = await connection.rest()
            #expect(received.count == 1000 && received.allSatisfy(\.isEmpty))
            #expect(await connection.terminated() == .closedByPeer)
        }
    }

    @Test(arguments: 1...5)
    func garbageEndsTheConnectionInOrder(seed: UInt64) async throws {
        var random = SeededGenerator(seed: seed)
        let garbage = (0..<100_000).map { _ in UInt8.random(in: 0...255, using: &random) }
        let options = ConnectionOptions.with { $0.maximumDatagramCount = 60_000 }
        try await onStage(options) { stage in
            let (peer, connection) = try await stage.plainPair()
            await peer.send(garbage)
            peer.endSending()
            _ = await connection.rest()
            guard case .protocolViolation = await connection.terminated() else {
                let reason = connection.closeReason
                Issue.record("seed \(seed) ended with \(String(describing: reason))")
                return
            }
            #expect(try await stage.othersGoOn())
        }
    }

    @Test(arguments: [[5, 0, 1, 2] as [UInt8], [5], []])
    func resetInMidFrameAndBetween(rest: [UInt8]) async throws {
        try await onStage { stage in
            let (peer, connection) = try await stage.plainPair()
            await peer.send(frame([1, 2]))
            #expect(await connection.next()?.bytes == [1, 2])
            await peer.send(rest)
            peer.reset()
            #expect(await connection.terminated() == .reset)
            #expect(await connection.next() == nil)
            #expect(try await stage.othersGoOn())
        }
    }

    @Test(arguments: [1, 2, 3, 6])
    func endInMidFrame(bytes: Int) async throws {
        try await onStage { stage in
            let (peer, connection) = try await stage.plainPair()
            await peer.send(frame([1, 2]) + frame([3, 4, 5, 6, 7]).prefix(bytes))
            peer.endSending()
            #expect(await connection.rest().map(\.bytes) == [[1, 2]])
            #expect(
                await connection.terminated() == .protocolViolation(.cutOff(received: bytes)))
        }
    }

    @Test func endBetweenFramesIsOrderly() async throws {
        try await onStage { stage in
            let (peer, connection) = try await stage.plainPair()
            await peer.send(frame([1, 2]))
            peer.close()
            #expect(await connection.rest().map(\.bytes) == [[1, 2]])
            #expect(await connection.terminated() == .closedByPeer)
        }
    }

    @Test func aPeerThatNeverReadsTimesOut() async throws {
        let options = ConnectionOptions.with {
            $0.stallTimeout = .milliseconds(300)
            $0.outboundWatermark = 64 * 1024
            $0.socket = [.sendBuffer(16 * 1024)]
        }
        try await onStage(options) { stage in
            let (peer, connection) = try await stage.plainPair(receiveBuffer: 4096)
            let chunk = Datagram(bytes: [UInt8](repeating: 7, count: 10_000))
            let error = await #expect(throws: SendError.self) {
                while true { try await connection.send(chunk) }
            }
            #expect(error == .closed(.limitExceeded(.stalled)))
            #expect(await connection.terminated() == .limitExceeded(.stalled))
            #expect(try await stage.othersGoOn())
            peer.close()
        }
    }

    @Test func aSendThatWaitsForSpaceCanBeCancelled() async throws {
        let options = ConnectionOptions.with {
            $0.stallTimeout = nil
            $0.outboundWatermark = 64 * 1024
            $0.socket = [.sendBuffer(16 * 1024)]
        }
        try await onStage(options) { stage in
            let (peer, connection) = try await stage.plainPair(receiveBuffer: 4096)
            let chunk = Datagram(bytes: [UInt8](repeating: 7, count: 10_000))
            let sender = startTask { () async -> SendError? in
                do throws(SendError) {
                    while true { try await connection.send(chunk) }
                } catch {
                    return error
                }
            }
            #expect(await eventually { await connection.statistics.bytesWaiting > 32 * 1024 })
            #expect(try await stage.othersGoOn())
            sender.cancel()
            #expect(await sender.value == .cancelled)
            // The connection still works: the queued datagrams arrive whole.
            let queued = await connection.statistics.datagramsQueued
            await connection.finish()
            let arrived = await peer.readToEnd()
            #expect(arrived.ending == .end)
            #expect(arrived.bytes.count == queued * 10_002)
        }
    }
}
