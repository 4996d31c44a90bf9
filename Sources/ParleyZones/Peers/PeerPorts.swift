import ParleyDatagrams
import ParleyHandoff
import ParleySecurity
import ParleySessions
import ParleySockets

/// Where a node's connections come from: its listener, and the others' places.
struct PeerPorts: Sendable {
    private let configuration: PeerNodeConfiguration
    private let manager: ConnectionManager
    /// What protects the connections; nil for plain ones.
    private let security: RealmSecurity?

    /// Loads the credentials.
    ///
    /// - Throws: `PeerCredentialsError`, `TLSIdentityError`.
    init(_ configuration: PeerNodeConfiguration, _ manager: ConnectionManager) async throws {
        self.configuration = configuration
        self.manager = manager
        guard case .realm(let credentials) = configuration.security else {
            security = nil
            return
        }
        guard credentials.name == "\(configuration.name)" else {
            throw PeerCredentialsError(name: configuration.name, certificate: credentials.name)
        }
        security = try await manager.load(credentials)
    }

    /// Listens; nil for a node that only dials.
    func listen() async throws(OpenError) -> ConnectionListener? {
        guard let port = configuration.port else { return nil }
        if let security {
            return try await manager.listen(
                host: configuration.host, port: port, options: options, realm: security)
        }
        return try await manager.listen(host: configuration.host, port: port, options: options)
    }

    /// Connects to a server.
    func connect(to place: PeerPlace) async throws(ConnectError) -> Connection {
        let timeout = configuration.limits.connectTimeout
        if let security {
            return try await manager.connect(
                to: place.host, port: place.port, timeout: timeout, options: options,
                realm: security)
        }
        return try await manager.connect(
            to: place.host, port: place.port, timeout: timeout, options: options)
    }

    /// The options of all connections. Their frames have room for the longest message.
    private var options: ConnectionOptions {
        var options = ConnectionOptions(framing: .lengthPrefixed(.uint32))
        options.maximumDatagramCount = Self.longestMessage
        options.idleTimeout = configuration.limits.silence
        options.stallTimeout = configuration.limits.silence
        options.outboundLimit = configuration.limits.waitingBytes
        return options
    }

    private static let longestMessage = PeerMessageTable.rows.map(\.byteLimit).max() ?? 0
}
