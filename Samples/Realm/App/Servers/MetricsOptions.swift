import Parley
import ParleyMetrics
import SampleSupport

extension Arguments {
    /// Where the process serves its metrics, and to whom; nil for nowhere.
    func metrics() throws -> MetricsServerConfiguration? {
        let networks = self[Options.metricsFrom]
        guard let place = self[Options.metrics] else {
            guard networks == nil else {
                throw UsageError("--metrics-from NETWORKS goes with --metrics HOST:PORT")
            }
            return nil
        }
        guard let endpoint = Endpoint(place, defaultPort: 0) else {
            throw UsageError("“\(place)” is no HOST:PORT, such as 127.0.0.1:9464")
        }
        var configuration = MetricsServerConfiguration(port: endpoint.port)
        configuration.host = endpoint.host
        if let networks {
            configuration.allowed = try networks.split(separator: ",").map { word in
                guard let prefix = AddressPrefix(String(word)) else {
                    throw UsageError("“\(word)” is no network, such as 10.0.0.0/8 or ::1")
                }
                return prefix
            }
        }
        return configuration
    }
}

/// Where the servers of a whole realm serve their metrics: at ports in a row, in the order of the servers' own ports.
struct MetricsPorts: Sendable {
    let first: Endpoint
    /// The words of `--metrics-from`.
    let networks: String?

    /// The ports of a command line; nil if there are to be none.
    init?(_ arguments: Arguments, servers: Int) throws {
        // Complains of words that a server would not take.
        guard let configuration = try arguments.metrics() else { return nil }
        first = Endpoint(host: configuration.host ?? "127.0.0.1", port: configuration.port)
        networks = arguments[Options.metricsFrom]
        guard Int(first.port) + servers - 1 <= Int(UInt16.max) else {
            throw UsageError(
                "--metrics needs a port of at most \(Int(UInt16.max) - servers + 1): \(servers) ports in a row are used"
            )
        }
    }

    /// Where a server serves its metrics; nil for a process that is no server.
    func place(of role: Role) -> Endpoint? {
        role.position.map { Endpoint(host: first.host, port: first.port + UInt16($0)) }
    }

    /// The part of a server's command line.
    func words(of role: Role) -> [String] {
        guard let place = place(of: role) else { return [] }
        return ["--metrics", "\(place)"] + (networks.map { ["--metrics-from", $0] } ?? [])
    }
}

/// Serves metrics until the task is cancelled; where there is no place for them, only waits.
func serve(
    _ configuration: MetricsServerConfiguration?, on network: any Network,
    page: @escaping @Sendable () async -> MetricsPage
) async throws {
    guard let configuration else {
        return try await network.clock.sleep(
            until: network.clock.now.advanced(by: .seconds(Int64.max)), tolerance: nil)
    }
    try await MetricsServer(configuration, network: network, page: page).run()
}
