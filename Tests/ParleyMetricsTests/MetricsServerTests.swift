import Foundation
import ParleyDatagrams
import ParleyMetrics
import ParleySimulation
import ParleySockets
import TestNetworks
import Testing

/// The server of a page, and what its peers may do to it.
@Suite struct MetricsServerTests {
    private static func page(_ bytes: Int = 0) -> MetricsPage {
        var page = MetricsPage()
        page.gauge("parley_players", "Players." + String(repeating: "a", count: bytes), 3)
        return page
    }

    /// Runs a server of metrics, and what asks it.
    private static func serve<Result: Sendable>(
        on network: any Network, _ configuration: MetricsServerConfiguration = .init(port: 0),
        pageBytes: Int = 0,
        _ body: @escaping @Sendable (MetricsServer, SocketAddress) async throws -> Result
    ) async throws -> Result {
        let server = MetricsServer(configuration, network: network) { page(pageBytes) }
        return try await withThrowingTaskGroup(of: Result?.self) { group in
            group.addTask {
                try await server.run()
                return nil
            }
            group.addTask { try await body(server, try await server.ready()) }
            defer { group.cancelAll() }
            while let result = try await group.next() {
                if let result { return result }
            }
            throw CancellationError()
        }
    }

    /// Sends bytes, and returns all that comes until the end.
    private static func ask(
        _ text: String, at address: SocketAddress, on network: any Network
    ) async throws -> String {
        try await ConnectionManager.run(network: network) { manager in
            let connection = try await manager.connect(
                to: address, options: ConnectionOptions(framing: .raw))
            try? await connection.send(Datagram(bytes: Array(text.utf8)))
            var answer: [UInt8] = []
            for await bytes in connection.datagrams { answer += Array(bytes.bytes) }
            return String(decoding: answer, as: UTF8.self)
        }
    }

    private static func request(_ path: String = "/metrics", method: String = "GET") -> String {
        "\(method) \(path) HTTP/1.1\r\nHost: zone\r\n\r\n"
    }

    @Test(.everyNetwork) func aScraperGetsThePage() async throws {
        let network = TestNetwork.current.network
        let (answers, counts) = try await Self.serve(on: network) { server, address in
            var answers: [String] = []
            for text in [
                Self.request(), Self.request(method: "HEAD"), Self.request("/"),
                Self.request(method: "POST"), "no request\r\n\r\n",
            ] {
                answers.append(try await Self.ask(text, at: address, on: network))
            }
            return (answers, await server.statistics)
        }
        let parts = answers.map { $0.components(separatedBy: "\r\n\r\n") }
        #expect(
            parts.map { String($0[0].prefix(12)) } == [
                "HTTP/1.1 200", "HTTP/1.1 200", "HTTP/1.1 404", "HTTP/1.1 405", "HTTP/1.1 400",
            ])
        #expect(parts[0].count == 2 && parts[0][1] == Self.page().text)
        #expect(parts[0][0] == parts[1][0] && parts[1][1] == "")
        #expect(parts[0][0].contains("Content-Type: text/plain; version=0.0.4; charset=utf-8"))
        #expect(parts[0][0].contains("Content-Length: \(Self.page().text.utf8.count)\r\n"))
        #expect(parts[3][0].contains("Allow: GET, HEAD"))
        #expect(counts.pages == 2 && counts.refused == 3 && counts.unfinished == 0)
    }

    /// A request that is never finished, and one that comes a byte a second.
    @Test func aSlowPeerIsCutOff() throws {
        let simulation = Simulation(seed: 1)
        let (ends, counts) = try simulation.run { simulation in
            let network = simulation.host("zone")
            return try await Self.serve(on: network) { server, address in
                let started = simulation.clock.now
                let answer = try await Self.ask("GET /me", at: address, on: network)
                let first = started.duration(to: simulation.clock.now)
                let dripped = try await ConnectionManager.run(network: network) { manager in
                    let connection = try await manager.connect(
                        to: address, options: ConnectionOptions(framing: .raw))
                    var sent = 0
                    while connection.isOpen, sent < 60 {
                        try? await connection.send(Datagram(bytes: [0x41]))
                        sent += 1
                        try await simulation.clock.sleep(for: .seconds(1))
                    }
                    return sent
                }
                return ((answer, first, dripped), await server.statistics)
            }
        }
        #expect(ends.0 == "" && ends.1 < .seconds(6) && ends.2 <= 7)
        #expect(counts.unfinished == 2 && counts.pages == 0)
    }

    /// A peer that asks for a large page and reads none of it.
    @Test func aPeerThatDoesNotReadIsCutOff() throws {
        let simulation = Simulation(seed: 1)
        let counts = try simulation.run { simulation in
            let network = simulation.host("zone")
            return try await Self.serve(on: network, pageBytes: 3 << 20) { server, address in
                try await ConnectionManager.run(network: network) { manager in
                    var options = ConnectionOptions(framing: .raw)
                    options.inboundWatermark = 1
                    let connection = try await manager.connect(to: address, options: options)
                    try await connection.send(Datagram(bytes: Array(Self.request().utf8)))
                    while await server.statistics.unfinished == 0 {
                        try await simulation.clock.sleep(for: .milliseconds(100))
                    }
                }
                return await server.statistics
            }
        }
        #expect(counts.pages == 0 && counts.unfinished == 1)
        #expect(simulation.elapsed < .seconds(10))
    }

    /// A page that ignores its cancellation is cut off for its peers all the same, and holds no place of later ones.
    @Test func aPageThatDoesNotEndHoldsNoConnection() throws {
        let simulation = Simulation(seed: 1)
        let (answers, isWaiting) = try simulation.run { simulation in
            let network = simulation.host("zone")
            let release = Promise<Void>()
            let server = MetricsServer(MetricsServerConfiguration(port: 9_464), network: network) {
                await release.valueDespiteCancellation()
                return Self.page()
            }
            return try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await server.run() }
                let address = try await server.ready()
                var answers: [String] = []
                for _ in 0..<20 {
                    answers.append(try await Self.ask(Self.request(), at: address, on: network))
                }
                let isWaiting = release.current == nil
                release.fulfil(())
                group.cancelAll()
                return (answers, isWaiting)
            }
        }
        #expect(answers == Array(repeating: "", count: 20))
        #expect(isWaiting)
    }

    @Test func aPageThatIsTooLargeIsNotSent() throws {
        let answer = try Simulation(seed: 1).run { simulation in
            let network = simulation.host("zone")
            return try await Self.serve(on: network, pageBytes: 5 << 20) { _, address in
                try await Self.ask(Self.request(), at: address, on: network)
            }
        }
        #expect(answer.hasPrefix("HTTP/1.1 503 "))
    }

    /// A scrape from outside of the allowed networks gets nothing, whatever it says.
    @Test(arguments: [nil, "10.0.0.0/8", "0.0.0.0/0"])
    func strangersGetNothing(allowed: String?) throws {
        let simulation = Simulation(seed: 1)
        let (address, answer, counts) = try simulation.run { simulation in
            var configuration = MetricsServerConfiguration(port: 9_464)
            configuration.host = nil
            if let prefix = allowed.flatMap({ AddressPrefix($0) }) {
                configuration.allowed = [prefix]
            }
            return try await Self.serve(on: simulation.host("zone"), configuration) { server, _ in
                let outside = simulation.host("outside")
                return try await ConnectionManager.run(network: outside) { manager in
                    let connection = try await manager.connect(
                        to: "zone", port: 9_464, options: ConnectionOptions(framing: .raw))
                    try? await connection.send(Datagram(bytes: Array(Self.request().utf8)))
                    var answer: [UInt8] = []
                    for await bytes in connection.datagrams { answer += Array(bytes.bytes) }
                    return (connection.localAddress, answer, await server.statistics)
                }
            }
        }
        let prefix = allowed.flatMap { AddressPrefix($0) }
        let isAllowed = prefix?.contains(address) == true
        #expect(answer.isEmpty != isAllowed)
        #expect(counts.strangers == (isAllowed ? 0 : 1) && counts.pages == (isAllowed ? 1 : 0))
        #expect((allowed == "0.0.0.0/0") == isAllowed || allowed == "10.0.0.0/8")
    }

    /// More connections than are allowed do not keep a later scraper out for longer than their time.
    @Test func connectionsAreBounded() throws {
        let simulation = Simulation(seed: 1)
        let (closed, answer) = try simulation.run { simulation in
            let network = simulation.host("zone")
            return try await Self.serve(on: network) { _, address in
                try await ConnectionManager.run(network: network) { manager in
                    var connections: [Connection] = []
                    for _ in 0..<40 {
                        connections.append(try await manager.connect(to: address))
                    }
                    try await simulation.clock.sleep(for: .seconds(1))
                    let closed = connections.count { !$0.isOpen }
                    try await simulation.clock.sleep(for: .seconds(6))
                    let answer = try await Self.ask(Self.request(), at: address, on: network)
                    return (closed, answer)
                }
            }
        }
        #expect(closed == 40 - MetricsServerConfiguration(port: 0).connections)
        #expect(answer.hasPrefix("HTTP/1.1 200 "))
    }

    @Test func aPortInUseIsAnError() async throws {
        try await Self.serve(on: SystemNetwork()) { _, address in
            let other = MetricsServer(MetricsServerConfiguration(port: address.port)) {
                MetricsPage()
            }
            await #expect(throws: OpenError.self) { try await other.run() }
            await #expect(throws: OpenError.self) { try await other.ready() }
        }
    }
}
