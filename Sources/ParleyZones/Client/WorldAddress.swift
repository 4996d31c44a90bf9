public import ParleySessions

/// Where players connect to one of a realm's world servers.
public struct WorldAddress: Hashable, Sendable {
    /// The server's name or numeric address.
    public var host: String
    /// Its port for players.
    public var port: UInt16
    /// What protects the connection, and how this server is verified; nil for what the client's configuration says.
    public var security: StreamSecurity.Client?

    /// A world server at that port.
    public init(host: String, port: UInt16, security: StreamSecurity.Client? = nil) {
        self.host = host
        self.port = port
        self.security = security
    }
}
