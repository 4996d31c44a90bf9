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
