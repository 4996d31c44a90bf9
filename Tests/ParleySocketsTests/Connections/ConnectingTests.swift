import ParleyDatagrams
import TestNetworks
import Testing

@testable import ParleySockets

@Suite(.timeLimit(.minutes(5)), .everyNetwork)
struct ConnectingTests {
    /// Runs `body` and returns what it threw.
    func error(_ body: () async throws -> Void) async -> ConnectError? {
        do {
            try await body()
            return nil
        } catch {
            return error as? ConnectError
        }
    }

    @Test func aPortThatRefuses() async throws {
        let nobody = try PlainListener(backlog: nil)
        try await ConnectionManager.run(network: TestNetwork.current.network) { manager in
            let error = await error { _ = try await manager.connect(to: nobody.address) }
            #expect(error?.isRefused == true)
            guard case .failed(let attempts) = error else {
                Issue.record("expected a failure of each address")
                return
            }
            #expect(attempts.map(\.address) == [nobody.address])
            #expect(attempts.map(\.error) == [.connectionRefused])
        }
    }

    @Test func aPortThatNeverAnswers() async throws {
        let silent = try await SilentPlace()
        try await ConnectionManager.run(network: TestNetwork.current.network) { manager in
            let limit = Duration.milliseconds(200)
            for host in [silent.address.host, "localhost"] {
                let begin = manager.network.clock.now
                let error = await error {
                    _ = try await manager.connect(
                        to: host, port: silent.address.port, timeout: limit)
                }
                let took = begin.duration(to: manager.network.clock.now)
                if host != "localhost" {
                    #expect(error == .timedOut(after: limit))
                    #expect(took >= limit)
                } else {
                    // The name may have another address, which refuses.
                    #expect(error != nil)
                }
            }
            #expect(manager.connections.isEmpty)
        }
        silent.close()
    }

    @Test(arguments: [Duration.zero, .seconds(-1), .seconds(Int64.min)])
    func noTimeAtAll(limit: Duration) async throws {
        let silent = try await SilentPlace()
        try await ConnectionManager.run(network: TestNetwork.current.network) { manager in
            let error = await error {
                _ = try await manager.connect(to: silent.address, timeout: limit)
            }
            #expect(error == .timedOut(after: limit))
        }
        silent.close()
    }

    @Test func allTheTimeThereIs() async throws {
        try await onStage { stage in
            let connection = try await stage.manager.connect(
                to: stage.address, timeout: .seconds(Int64.max))
            #expect(connection.isOpen)
        }
    }

    @Test(arguments: ["no such host", "", "nul\u{0}byte", "a.name.that.is.invalid"])
    func unknownNames(host: String) async throws {
        try await ConnectionManager.run(network: TestNetwork.current.network) { manager in
            let error = await error { _ = try await manager.connect(to: host, port: 1) }
            guard case .unresolved = error else {
                Issue.record("\(String(describing: error))")
                return
            }
        }
    }

    @Test func triesEveryAddress() async throws {
        let network = ListedNetwork()
        try await ConnectionManager.run(network: network) { manager in
            let listener = try await manager.listen(host: "127.0.0.1")
            let refusing = try PlainListener(backlog: nil)
            network.addresses = [refusing.address, listener.localAddress]
            let connection = try await manager.connect(to: "anything", port: 1)
            #expect(connection.remoteAddress == listener.localAddress)
            network.addresses = [refusing.address, refusing.address]
            let error = await error { _ = try await manager.connect(to: "anything", port: 1) }
            guard case .failed(let attempts) = error else {
                Issue.record("\(String(describing: error))")
                return
            }
            #expect(attempts.count == 2)
        }
    }

    @Test func aSilentAddressLeavesTimeForTheNext() async throws {
        let silent = try await SilentPlace()
        let network = ListedNetwork()
        try await ConnectionManager.run(network: network) { manager in
            let listener = try await manager.listen(host: "127.0.0.1")
            network.addresses = [silent.address, listener.localAddress]
            let connection = try await manager.connect(
                to: "anything", port: 1, timeout: .seconds(1))
            #expect(connection.remoteAddress == listener.localAddress)
        }
        silent.close()
    }

    @Test func cancelledWhileItWaits() async throws {
        let silent = try await SilentPlace()
        try await ConnectionManager.run(network: TestNetwork.current.network) { manager in
            let connecting = startTask { try await manager.connect(to: silent.address) }
            connecting.cancel()
            await #expect(throws: ConnectError.cancelled) { try await connecting.value }
        }
        silent.close()
    }

    @Test func cancelledDuringTheLookUp() async throws {
        let network = ListedNetwork()
        network.addresses = nil
        try await ConnectionManager.run(network: network) { manager in
            let connecting = startTask { try await manager.connect(to: "anything", port: 1) }
            await network.asked.first { _ in true }
            connecting.cancel()
            await #expect(throws: ConnectError.cancelled) { try await connecting.value }
            let limit = Duration.milliseconds(50)
            let error = await error {
                _ = try await manager.connect(to: "anything", port: 1, timeout: limit)
            }
            #expect(error == .timedOut(after: limit))
        }
    }

    @Test(arguments: 0..<200)
    func cancellingRacesConnecting(round: Int) async throws {
        try await onStage { stage in
            let connecting = startTask { try await stage.manager.connect(to: stage.address) }
            for _ in 0..<round { await Task.yield() }
            connecting.cancel()
            if case .success(let connection) = await connecting.result {
                #expect(connection.isOpen)
                await connection.abort()
            }
            // Nothing is left of the attempt.
            for connection in stage.manager.connections { await connection.abort() }
            #expect(stage.manager.connections.isEmpty)
        }
    }

    @Test(.systemOnly("needs a listener of the system"))
    func nothingOpensAfterShutdown() async throws {
        let other = try PlainListener(backlog: 5)
        let manager = ConnectionManager(network: TestNetwork.current.network)
        await manager.shutdown()
        let error = await error { _ = try await manager.connect(to: other.address) }
        #expect(error == .closed)
        await #expect(throws: OpenError.self) { _ = try await manager.listen(host: "127.0.0.1") }
        await #expect(throws: OpenError.self) { _ = try await manager.openUDP(host: "127.0.0.1") }
        await manager.shutdown()
    }
}

/// The network of the test, with a resolver that the test controls.
final class ListedNetwork: Network, @unchecked Sendable {
    private let network = TestNetwork.current.network
    /// The addresses of every name; `nil` for a look-up that never ends.
    var addresses: [SocketAddress]? = []
    /// Called for every look-up.
    let asked: AsyncStream<Void>
    private let ask: AsyncStream<Void>.Continuation

    init() {
        (asked, ask) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    var clock: any NetworkClock { network.clock }
    func nextLoop() -> any NetworkLoop { network.nextLoop() }
    func interfaces() -> [NetworkInterface] { [] }
    func makeRandomNumberGenerator() -> any RandomNumberGenerator & Sendable {
        network.makeRandomNumberGenerator()
    }

    func resolve(_ host: String, port: UInt16) async throws(ResolveError) -> [SocketAddress] {
        ask.yield()
        if let numeric = SocketAddress(host: host, port: port) { return [numeric] }
        guard addresses == nil else { return addresses ?? [] }
        _ = try? await Promise<Void>().value()
        throw .cancelled
    }
}
