import Glibc
import ParleyDatagrams
import TestNetworks
import Testing

@testable import ParleySockets

/// Many descriptors, and too few of them; each test in a process of its own.
@Suite(.timeLimit(.minutes(5)))
struct ManyConnectionsTests {
    @Test(.enabled(if: DescriptorLimit.raise().maximum >= 11_000, "needs 11,000 descriptors"))
    func fiveThousandThatSayNothing() async {
        await #expect(processExitsWith: .success) {
            #expect(DescriptorLimit.raise().current >= 11_000)
            var limits = ConnectionLimits()
            limits.connections = 6000
            try await onStage(limits: limits) { stage in
                var peers: [PlainPeer] = []
                for _ in 0..<5000 {
                    peers.append(try await PlainPeer.connected(to: stage.address))
                    _ = try await stage.accept()
                }
                #expect(stage.manager.connections.count == 5000)
                #expect(try await stage.othersGoOn())
                await peers[4321].send(frame([1, 2, 3]))
                #expect(await stage.manager.connections[4321].next()?.bytes == [1, 2, 3])
                for peer in peers { peer.close() }
                #expect(await eventually { stage.manager.connections.isEmpty })
            }
        }
    }

    @Test func withoutDescriptorsAcceptingPausesAndResumes() async {
        await #expect(processExitsWith: .success) {
            try await onStage { stage in
                let (first, connection) = try await stage.systemPair()
                try await sleepOnceByEachClock()
                // The peers are there before the descriptors run out.
                var peers: [PlainPeer] = []
                let sockets = (0..<20).map { _ in socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0) }
                var hoard = Hoard()
                setLimitOfDescriptors(countOfProcess("fd") + 50)
                hoard.fill()
                for socket in sockets {
                    let result = withSystemAddress(stage.address) { connect(socket, $0, $1) }
                    #expect(result == 0)
                    peers.append(PlainPeer(descriptor: socket))
                }
                #expect(
                    await eventually { await stage.listener.statistics.pausesForDescriptors > 1 })
                #expect(await stage.listener.statistics.accepted == 1)
                // Existing connections are served.
                await first.send(frame([1]))
                #expect(await connection.next()?.bytes == [1])
                try await connection.send(Datagram(bytes: [2]))
                #expect(await first.read(3) == frame([2]))
                // One connection ends, so one is accepted at once.
                await connection.abort()
                let next = try await stage.accept()
                #expect(next.isOpen)
                // All are accepted.
                hoard.release()
                for _ in 0..<19 { #expect(try await stage.accept().isOpen) }
                for peer in peers { peer.close() }
            }
        }
    }

    @Test func withoutDescriptorsOpeningIsAnError() async {
        await #expect(processExitsWith: .success) {
            try await ConnectionManager.run { manager in
                let listener = try PlainListener(backlog: 5)
                var hoard = Hoard()
                setLimitOfDescriptors(countOfProcess("fd") + 10)
                let open = await hoard.refusal {
                    await (try manager.listen(host: "127.0.0.1")).close()
                }
                #expect((open as? OpenError)?.error == .tooManyDescriptors)
                let failure = await hoard.refusal {
                    await (try manager.connect(to: listener.address)).abort()
                }
                #expect(
                    failure as? ConnectError
                        == .failed([
                            .init(address: listener.address, error: .tooManyDescriptors)
                        ]))
                let loop = await hoard.refusal { _ = try EventLoop() }
                #expect(loop as? SystemError == .tooManyDescriptors)
                hoard.release()
                let connection = try await manager.connect(to: listener.address)
                #expect(connection.isOpen)
            }
        }
    }
}

/// All the descriptors that the limit leaves.
private struct Hoard {
    private var descriptors: [Int32] = []

    mutating func fill() {
        while case let descriptor = dup(0), descriptor >= 0 { descriptors.append(descriptor) }
    }

    func release() {
        for descriptor in descriptors { close(descriptor) }
    }

    /// The error that `opening` throws when no descriptor is left. Tries a few times: other code in
    /// this process, such as the testing library, may close one in between.
    mutating func refusal(_ opening: () async throws -> Void) async -> (any Error)? {
        for _ in 0..<100 {
            fill()
            do { try await opening() } catch { return error }
        }
        return nil
    }
}

/// Lowers this process's limit of descriptors.
private func setLimitOfDescriptors(_ count: Int) {
    var limit = rlimit()
    getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    limit.rlim_cur = rlim_t(count)
    setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
}
