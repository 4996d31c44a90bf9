import ParleyDatagrams
public import ParleySockets

/// A small HTTP/1.1 server of one page, `/metrics`, for Prometheus and its like.
///
/// ```swift
/// let server = MetricsServer(MetricsServerConfiguration(port: 9_464)) { await zone.metrics }
/// group.addTask { try await server.run() }
/// ```
///
/// It speaks no TLS and asks for no password: what it shows is for a network of the operators' own. Each connection has
/// one request, is read up to 8,192 bytes, and ends within a bounded time. A stranger costs one `accept`.
public actor MetricsServer {
    private let configuration: MetricsServerConfiguration
    private nonisolated let network: any Network
    private let page: @Sendable () async -> MetricsPage
    private nonisolated let bound = Promise<Result<SocketAddress, any Error>>()
    private var counts = MetricsServerStatistics()

    /// A server that is not yet running.
    ///
    /// - Parameters:
    ///   - configuration: Where it serves, to whom, and how much.
    ///   - network: The system's sockets, or a simulation's.
    ///   - page: Asked for each request.
    public init(
        _ configuration: MetricsServerConfiguration, network: any Network = SystemNetwork(),
        page: @escaping @Sendable () async -> MetricsPage
    ) {
        self.configuration = configuration
        self.network = network
        self.page = page
    }

    /// The counts so far.
    public var statistics: MetricsServerStatistics { counts }

    /// Waits until it listens, and returns where.
    ///
    /// - Throws: What ``run()`` threw instead.
    public nonisolated func ready() async throws -> SocketAddress {
        try await bound.value().get()
    }

    /// Serves until cancelled. Called once.
    ///
    /// - Throws: `OpenError`, for example when the port is in use.
    public func run() async throws {
        var limits = ConnectionLimits()
        limits.connections = configuration.connections
        limits.connectionsPerAddress = configuration.connections
        var options = ConnectionOptions(framing: .raw)
        options.inboundWatermark = 2 * HTTPRequestReader.limit
        do {
            try await ConnectionManager.run(network: network, limits: limits) { manager in
                let listener = try await manager.listen(
                    host: configuration.host, port: configuration.port, options: options)
                bound.fulfil(.success(listener.localAddress))
                try await listener.serve(closingWithin: .seconds(1)) { await self.serve($0) }
            }
            bound.fulfil(.failure(CancellationError()))
        } catch {
            bound.fulfil(.failure(error))
            throw error
        }
    }

    private func serve(_ connection: Connection) async {
        guard configuration.allowed.contains(where: { $0.contains(connection.remoteAddress) })
        else {
            counts.strangers += 1
            return await connection.abort()
        }
        let isDone = await withTaskGroup(of: Bool.self) { group in
            group.addTask { await self.answer(connection) }
            group.addTask {
                let end = self.network.clock.now.advanced(by: self.configuration.patience)
                do {
                    try await self.network.clock.sleep(until: end, tolerance: nil)
                } catch { return false }
                // Here, and not after the group: a page that does not end holds the group, and not the port.
                await connection.abort()
                return false
            }
            defer { group.cancelAll() }
            return await group.next() ?? false
        }
        guard !isDone else { return }
        counts.unfinished += 1
        await connection.abort()
    }

    /// Reads a request and answers it.
    ///
    /// - Returns: Whether the system has all of the answer.
    private func answer(_ connection: Connection) async -> Bool {
        var reader = HTTPRequestReader()
        for await bytes in connection.datagrams {
            switch reader.receive(bytes.bytes) {
            case .incomplete: continue
            case .refused(let status): return await send(HTTPAnswer(status), over: connection)
            case .request(let method, let path):
                var answer = await answer(to: method, path)
                answer.isHeadOnly = method == "HEAD"
                return await send(answer, over: connection)
            }
        }
        return false
    }

    private func answer(to method: String, _ path: String) async -> HTTPAnswer {
        guard path == "/metrics" else { return HTTPAnswer(.notFound) }
        guard method == "GET" || method == "HEAD" else { return HTTPAnswer(.methodNotAllowed) }
        let text = await page().text
        guard text.utf8.count <= configuration.pageBytes else { return HTTPAnswer(.unavailable) }
        return HTTPAnswer(page: text)
    }

    private func send(_ answer: HTTPAnswer, over connection: Connection) async -> Bool {
        do throws(SendError) {
            try await connection.send(Datagram(bytes: answer.bytes))
            try await connection.flush()
        } catch { return false }
        if answer.status == .ok { counts.pages += 1 } else { counts.refused += 1 }
        return true
    }
}
