import Glibc
import ParleyDatagrams
import TestNetworks
import Testing

@testable import ParleySockets

@Suite(.timeLimit(.minutes(5)), .everyNetwork)
struct ClosingTests {
    /// So many bytes that they fit no buffer on the way. Made once: in a debug build each costs.
    static let large: Datagram = {
        let block = (0..<65_537).map { UInt8(truncatingIfNeeded: $0 ^ ($0 >> 8)) }
        return Datagram(bytes: (0..<76).flatMap { _ in block })
    }()

    @Test func closeSendsFirstWhatIsQueued() async throws {
        try await onStage(ConnectionOptions(framing: .raw)) { stage in
            let (peer, connection) = try await stage.plainPair(receiveBuffer: 65_536)
            try await connection.send(Self.large)
            async let closed: Void = connection.close(within: .seconds(30))
            let arrived = await peer.readToEnd()
            #expect(arrived.ending == .end)
            #expect(arrived.bytes == Self.large.bytes)
            peer.close()
            await closed
            #expect(connection.closeReason == .local)
        }
    }

    @Test func closeDoesSoInACancelledTaskToo() async throws {
        try await onStage(ConnectionOptions(framing: .raw)) { stage in
            let (peer, connection) = try await stage.plainPair(receiveBuffer: 65_536)
            try await connection.send(Self.large)
            let closing = startTask { await connection.close(within: .seconds(30)) }
            closing.cancel()
            #expect(await peer.readToEnd().bytes.count == Self.large.count)
            peer.close()
            await closing.value
            #expect(connection.closeReason == .local)
        }
    }

    @Test func closeGivesUpAtItsLimit() async throws {
        let options = ConnectionOptions.with {
            $0.framing = .raw
            $0.socket = [.sendBuffer(16 * 1024)]
        }
        try await onStage(options) { stage in
            let (peer, connection) = try await stage.plainPair(receiveBuffer: 4096)
            try await connection.send(Self.large)
            await connection.close(within: .milliseconds(100))
            #expect(connection.closeReason == .local)
            #expect(await peer.readToEnd().ending == .reset)
            #expect(await connection.statistics.bytesWaiting == 0)
        }
    }

    @Test func abortResetsAtOnce() async throws {
        try await onStage(ConnectionOptions(framing: .raw)) { stage in
            let (peer, connection) = try await stage.plainPair(receiveBuffer: 4096)
            try await connection.send(Self.large)
            await connection.abort()
            #expect(connection.closeReason == .local)
            #expect(await peer.readToEnd().ending == .reset)
            await connection.abort()
            await connection.close()
            await connection.finish()
            #expect(connection.closeReason == .local)
        }
    }

    @Test func aPeerThatLeavesUnreadBytesDoesNotChangeTheReason() async throws {
        try await onStage { stage in
            let (peer, connection) = try await stage.plainPair()
            try await connection.send(Datagram(bytes: [1]))
            async let closed: Void = connection.close()
            // Closing with unread bytes makes the system send a reset.
            #expect(await peer.read(1).count == 1)
            peer.close()
            await closed
            #expect(connection.closeReason == .local)
        }
    }

    @Test func finishLeavesTheOtherDirectionOpen() async throws {
        try await onStage { stage in
            let (peer, connection) = try await stage.plainPair()
            try await connection.send(Datagram(bytes: [1, 2]))
            await connection.finish()
            let error = await #expect(throws: SendError.self) {
                try await connection.send(Datagram(bytes: [3]))
            }
            #expect(error == .closed(.local))
            let seen = await peer.readToEnd()
            #expect(seen.bytes == frame([1, 2]) && seen.ending == .end)
            await peer.send(frame([4]) + frame([5]))
            peer.endSending()
            #expect(await connection.rest().map(\.bytes) == [[4], [5]])
            #expect(await connection.terminated() == .local)
        }
    }

    @Test func thePeersEndClosesWhereHalfCloseIsNotAllowed() async throws {
        try await onStage { stage in
            let (peer, connection) = try await stage.plainPair()
            try await connection.send(Datagram(bytes: [9]))
            await peer.send(frame([1]))
            peer.endSending()
            #expect(await connection.rest().map(\.bytes) == [[1]])
            #expect(await connection.terminated() == .closedByPeer)
            let seen = await peer.readToEnd()
            #expect(seen.bytes == frame([9]) && seen.ending == .end)
            let error = await #expect(throws: SendError.self) {
                try await connection.send(Datagram(bytes: [3]))
            }
            #expect(error == .closed(.closedByPeer))
        }
    }

    @Test func sendingGoesOnAfterThePeersEndWhereItIsAllowed() async throws {
        try await onStage(.with { $0.allowsHalfClose = true }) { stage in
            let (peer, connection) = try await stage.plainPair()
            await peer.send(frame([1]))
            peer.endSending()
            #expect(await connection.rest().map(\.bytes) == [[1]])
            #expect(connection.isOpen)
            for number in 0..<100 { try await connection.send(Datagram(bytes: [UInt8(number)])) }
            await connection.finish()
            let seen = await peer.readToEnd()
            #expect(seen.bytes == (0..<100).flatMap { frame([UInt8($0)]) })
            #expect(seen.ending == .end)
            // The peer ended first.
            #expect(await connection.terminated() == .closedByPeer)
        }
    }

    @Test func thePeersLastBytesArriveWhileWeKeepSending() async throws {
        // In a simulation the seeds are the rounds.
        for _ in 0..<(TestNetwork.current.isSimulated ? 1 : 20) {
            try await onStage { stage in
                let (peer, connection) = try await stage.plainPair()
                let words = (0..<50).flatMap { frame([UInt8($0)]) }
                let sender = startTask { () async throws -> Void in
                    while true { try await connection.send(Datagram(bytes: [1, 2, 3])) }
                }
                await peer.send(words)
                peer.endSending()
                let received = await connection.rest()
                #expect(received.flatMap { frame($0.bytes) } == words)
                sender.cancel()
                peer.close()
                #expect(await connection.terminated() == .closedByPeer)
            }
        }
    }

    @Test(.systemOnly("writes and polls on descriptors"))
    func lastBytesArriveWhenAWriteFindsTheEndFirst() async throws {
        try await onStage { stage in
            let (peer, connection) = try await stage.systemPair()
            // A peer that closes with unread bytes resets; what it had sent is still there.
            try await connection.send(Datagram(bytes: [1]))
            try await connection.flush()
            let words = (0..<50).flatMap { frame([UInt8($0)]) }
            let descriptor = await connection.descriptor
            let isBroken = try await onLoop(connection.loop) { () throws(SendError) in
                // In one turn of the loop: it cannot read before it writes.
                _ = Glibc.send(peer.descriptor, words, words.count, 0)
                peer.close()
                var end = pollfd(fd: descriptor, events: 0, revents: 0)
                let isBroken = poll(&end, 1, 10_000) == 1
                try connection.offer(Datagram(bytes: [2]))
                return isBroken
            }
            #expect(isBroken)
            #expect(await connection.rest().flatMap { frame($0.bytes) } == words)
            #expect(await connection.terminated() == .reset)
        }
    }

    @Test func everyConnectionEndsOnceAndInOrder() async throws {
        try await onStage { stage in
            var expected: [(ConnectionID, CloseReason)] = []
            for number in 0..<40 {
                let (peer, connection) = try await stage.plainPair()
                switch number % 4 {
                case 0: await connection.abort()
                case 1: peer.close()
                case 2: peer.reset()
                default:
                    await peer.send([1, 0, 1, 5])
                    peer.endSending()
                }
                let reason = try #require(await connection.terminated())
                expected.append((connection.id, reason))
                await connection.abort()
                peer.close()
            }
            var seen: [(ConnectionID, CloseReason)] = []
            for await end in stage.manager.terminations {
                seen.append((end.id, end.reason))
                if seen.count == expected.count { break }
            }
            #expect(seen.map(\.0) == expected.map(\.0))
            #expect(seen.map(\.1) == expected.map(\.1))
            #expect(stage.manager.connections.isEmpty)
            await stage.manager.shutdown()
            for await _ in stage.manager.terminations { Issue.record("one too many") }
        }
    }

    @Test func aCancelledWatcherDoesNotEndTheTerminations() async throws {
        try await onStage { stage in
            let watcher = startTask { for await _ in stage.manager.terminations {} }
            watcher.cancel()
            await watcher.value
            let (peer, connection) = try await stage.plainPair()
            await connection.abort()
            peer.close()
            for await end in stage.manager.terminations {
                #expect(end.id == connection.id && end.remoteAddress == connection.remoteAddress)
                break
            }
        }
    }
}

extension Connection {
    fileprivate var descriptor: Int32 { (port as? SystemPort)?.descriptor ?? -1 }
}
